-- unauthorised_senders: outbound messages by somebody who is not allowed to write to buyers that day.
-- why: "only the general manager writes" is a promise that an archive can check. Names are compared
--   with sender and operator, case and blanks aside; without any authorised sender nothing is listed.
-- reads: messages, authorised_senders
-- emits: message_id, thread_id, sent_at, sender, operator, channel, order_id, note, source_file,
--   source_locator  one row: one message
with known as (
    select
        lower(trim(authorised_senders.name)) as name,
        authorised_senders.valid_from,
        authorised_senders.valid_until
    from authorised_senders
),

sent as (
    select
        messages.message_id,
        lower(trim(coalesce(messages.sender, ''))) as sender,
        lower(trim(coalesce(messages.operator, ''))) as operator,
        cast(timezone($timezone, messages.sent_at) as date) as sent_on
    from messages
    cross join (select 1 from known limit 1) as anybody
    where messages.direction = 'outbound' and not coalesce(messages.derived, false)
),

met as (
    select
        sent.message_id,
        sent.sent_on >= coalesce(known.valid_from, date '0001-01-01')
        and sent.sent_on <= coalesce(known.valid_until, date '9999-12-31') as is_valid
    from sent
    inner join known
        on sent.sender = known.name
    union all
    select
        sent.message_id,
        sent.sent_on >= coalesce(known.valid_from, date '0001-01-01')
        and sent.sent_on <= coalesce(known.valid_until, date '9999-12-31') as is_valid
    from sent
    inner join known
        on sent.operator = known.name
),

allowed as (
    select
        met.message_id,
        bool_or(met.is_valid) as is_valid
    from met
    group by met.message_id
),

final as (
    select
        sent.message_id,
        case
            when allowed.message_id is null then 'not an authorised sender'
            else 'authorised, but not on that day'
        end as note
    from sent
    left join allowed
        on sent.message_id = allowed.message_id
    where not coalesce(allowed.is_valid, false)
)

select
    final.message_id,
    messages.thread_id,
    messages.sent_at,
    messages.sender,
    messages.operator,
    messages.channel,
    messages.order_id,
    final.note,
    messages.source_file,
    messages.source_locator
from final
inner join messages
    on final.message_id = messages.message_id
where messages.sent_at >= $since_at and messages.sent_at < $until_at
order by messages.sent_at, final.message_id
