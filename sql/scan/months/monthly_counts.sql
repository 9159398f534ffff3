-- monthly_counts: how many messages each month holds, and how many of the seller's violate.
-- why: a month is compared with the months before it per thousand outbound messages.
--   Who may write is checked only where somebody is named.
-- reads: message_keys, findings, unauthorised_senders, authorised_senders
-- emits: month, messages, messages_in, messages_out, violating_messages, violating_threads, findings,
--   dismissed, unauthorised  one row: one month
with placed as (
    select
        message_keys.message_id,
        message_keys.thread_id,
        message_keys.direction,
        date_trunc('month', timezone($timezone, message_keys.sent_at)) as month_start
    from message_keys
),

flags as (
    select
        findings.message_id,
        count(*) filter (where findings.status <> 'dismissed') as live,
        count(*) filter (where findings.status = 'dismissed') as dismissed
    from findings
    group by findings.message_id
),

named as (
    select count(*) as n
    from authorised_senders
)

select
    strftime(placed.month_start, '%Y-%m') as month,
    count(*) as messages,
    count(*) filter (where placed.direction = 'inbound') as messages_in,
    count(*) filter (where placed.direction = 'outbound') as messages_out,
    count(*) filter (
        where placed.direction = 'outbound' and coalesce(flags.live, 0) > 0
    ) as violating_messages,
    count(distinct case when coalesce(flags.live, 0) > 0 then placed.thread_id end)
        as violating_threads,
    cast(sum(coalesce(flags.live, 0)) as bigint) as findings,
    cast(sum(coalesce(flags.dismissed, 0)) as bigint) as dismissed,
    case
        when min(named.n) > 0 then count(unauthorised_senders.message_id)
    end as unauthorised
from placed
cross join named
left join flags
    on placed.message_id = flags.message_id
left join unauthorised_senders
    on placed.message_id = unauthorised_senders.message_id
group by placed.month_start
order by placed.month_start
