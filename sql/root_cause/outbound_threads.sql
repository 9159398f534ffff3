-- outbound_threads: what the seller sent, as threads: by operator, template, channel, marketplace,
--   weekday and hour, with the first and last message and the first and last violation of each.
-- why: a rate's unit is the thread; spans are enough to tell what lies before and after any notice,
--   so a million messages are read once. Weekday and hour are the seller's (time zone, summer time).
-- reads: message_keys, judged, said
-- emits: dimension, value, thread_id, first_at, last_at, violated_first_at, violated_last_at,
--   thread_violated_first_at, thread_violated_last_at  one row: one dimension's value and thread
with live as (
    select distinct judged.message_id
    from judged
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
),

sent as (
    select
        message_keys.thread_id,
        message_keys.case_id,
        message_keys.sent_at,
        message_keys.operator,
        message_keys.channel,
        message_keys.marketplace,
        timezone($timezone, message_keys.sent_at) as local_at,
        case when live.message_id is not null then message_keys.sent_at end as violated_at
    from message_keys
    left join live
        on message_keys.message_id = live.message_id
    where
        message_keys.direction = 'outbound'
        and message_keys.sent_at >= $since_at
        and message_keys.sent_at < $until_at
),

whole as (
    select
        sent.thread_id,
        min(sent.case_id) as case_id,
        min(sent.sent_at) as first_at,
        max(sent.sent_at) as last_at,
        min(sent.violated_at) as violated_first_at,
        max(sent.violated_at) as violated_last_at
    from sent
    group by sent.thread_id
),

templates as (
    select
        said.case_id,
        said.rule_id,
        min(said.sent_at) as used_at
    from said
    where said.signal = 'platform_template' and said.direction = 'outbound'
    group by said.case_id, said.rule_id
),

spans as (
    select
        'operator' as dimension,
        sent.operator as value,
        sent.thread_id,
        min(sent.sent_at) as first_at,
        max(sent.sent_at) as last_at,
        min(sent.violated_at) as violated_first_at,
        max(sent.violated_at) as violated_last_at
    from sent
    where sent.operator is not null
    group by sent.operator, sent.thread_id
    union all
    select
        'channel' as dimension,
        sent.channel as value,
        sent.thread_id,
        min(sent.sent_at) as first_at,
        max(sent.sent_at) as last_at,
        min(sent.violated_at) as violated_first_at,
        max(sent.violated_at) as violated_last_at
    from sent
    where coalesce(sent.channel, '') <> ''
    group by sent.channel, sent.thread_id
    union all
    select
        'marketplace' as dimension,
        sent.marketplace as value,
        sent.thread_id,
        min(sent.sent_at) as first_at,
        max(sent.sent_at) as last_at,
        min(sent.violated_at) as violated_first_at,
        max(sent.violated_at) as violated_last_at
    from sent
    where coalesce(sent.marketplace, '') <> ''
    group by sent.marketplace, sent.thread_id
    union all
    select
        'weekday' as dimension,
        cast(extract(isodow from sent.local_at) as varchar) as value,
        sent.thread_id,
        min(sent.sent_at) as first_at,
        max(sent.sent_at) as last_at,
        min(sent.violated_at) as violated_first_at,
        max(sent.violated_at) as violated_last_at
    from sent
    group by extract(isodow from sent.local_at), sent.thread_id
    union all
    select
        'hour' as dimension,
        lpad(cast(extract(hour from sent.local_at) as varchar), 2, '0') as value,
        sent.thread_id,
        min(sent.sent_at) as first_at,
        max(sent.sent_at) as last_at,
        min(sent.violated_at) as violated_first_at,
        max(sent.violated_at) as violated_last_at
    from sent
    group by extract(hour from sent.local_at), sent.thread_id
    union all
    select
        'template' as dimension,
        templates.rule_id as value,
        whole.thread_id,
        greatest(templates.used_at, whole.first_at) as first_at,
        whole.last_at,
        case
            when whole.violated_last_at >= templates.used_at
                then greatest(whole.violated_first_at, templates.used_at)
        end as violated_first_at,
        case
            when whole.violated_last_at >= templates.used_at then whole.violated_last_at
        end as violated_last_at
    from whole
    inner join templates
        on whole.case_id = templates.case_id and templates.used_at <= whole.last_at
    union all
    select
        'all' as dimension,
        'all' as value,
        whole.thread_id,
        whole.first_at,
        whole.last_at,
        whole.violated_first_at,
        whole.violated_last_at
    from whole
)

select
    spans.dimension,
    spans.value,
    spans.thread_id,
    spans.first_at,
    spans.last_at,
    spans.violated_first_at,
    spans.violated_last_at,
    whole.violated_first_at as thread_violated_first_at,
    whole.violated_last_at as thread_violated_last_at
from spans
inner join whole
    on spans.thread_id = whole.thread_id
