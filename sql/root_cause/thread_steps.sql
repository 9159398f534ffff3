-- thread_steps: the case grammar of each violating thread: bad review, contact, buyer accepts, ask,
--   refund, review changed; each with its time, source row and lag, in whatever order they came.
-- why: the six steps are the usual story, told in their usual order by step_no and in their real
--   order by order_no; a step that is not there is shown as missing, or as unknown where the archive
--   could not show it. Further steps (step_no 0) are listed where they happened; what a buyer
--   demands is context and never a violation. Steps at the same moment keep the usual order.
-- reads: violating_threads, step_sources, message_keys, linked_events, case_orders, money_refunds,
--   thread_incidents, messages, review_events, refunds
-- emits: thread_id, step, step_at, status, step_no, order_no, lag_hours, hours_after_ask,
--   source_table, source_id, n, last_at, earliest_at, case_id, incident_id, reading, limits,
--   source_file, source_locator
--   one row: one violating thread and step
with grammar as (
    select
        listed.step,
        listed.step_no
    from (
        values
        ('bad-review', 1),
        ('contact', 2),
        ('buyer-accepts', 3),
        ('ask', 4),
        ('refund', 5),
        ('review-changed', 6)
    ) as listed (step, step_no)
),

firsts as (
    select
        step_sources.thread_id,
        step_sources.step,
        min(step_sources.step_at) as step_at,
        arg_min(step_sources.source_table, (step_sources.step_at, step_sources.source_id))
            as source_table,
        arg_min(step_sources.source_id, (step_sources.step_at, step_sources.source_id))
            as source_id,
        arg_min(
            coalesce(step_sources.earliest_at, step_sources.step_at),
            (step_sources.step_at, step_sources.source_id)
        ) as earliest_at,
        count(distinct step_sources.source_id) as n,
        max(step_sources.step_at) as last_at
    from step_sources
    group by step_sources.thread_id, step_sources.step
),

inbound as (
    select distinct message_keys.case_id
    from message_keys
    inner join violating_threads
        on message_keys.case_id = violating_threads.case_id
    where message_keys.direction = 'inbound'
),

reviewed as (
    select distinct linked_events.thread_id
    from linked_events
    where linked_events.linked_by <> 'asin'
),

with_order as (
    select distinct case_orders.case_id
    from case_orders
    inner join violating_threads
        on case_orders.case_id = violating_threads.case_id
),

any_refund as (
    select count(*) as n
    from money_refunds
),

wanted as (
    select
        violating_threads.thread_id,
        violating_threads.case_id,
        grammar.step,
        grammar.step_no
    from violating_threads
    cross join grammar
    union all
    select
        firsts.thread_id,
        violating_threads.case_id,
        firsts.step,
        0 as step_no
    from firsts
    inner join violating_threads
        on firsts.thread_id = violating_threads.thread_id
    left join grammar
        on firsts.step = grammar.step
    where grammar.step is null
),

placed as (
    select
        wanted.thread_id,
        wanted.case_id,
        wanted.step,
        wanted.step_no,
        firsts.step_at,
        firsts.source_table,
        firsts.source_id,
        firsts.earliest_at,
        coalesce(firsts.n, 0) as n,
        firsts.last_at,
        case
            when firsts.step_at is not null then 'found'
            when wanted.step = 'buyer-accepts' and inbound.case_id is null then 'unknown'
            when
                wanted.step in ('bad-review', 'review-changed') and reviewed.thread_id is null
                then 'unknown'
            when
                wanted.step = 'refund' and (with_order.case_id is null or any_refund.n = 0)
                then 'unknown'
            else 'missing'
        end as status
    from wanted
    left join firsts
        on wanted.thread_id = firsts.thread_id and wanted.step = firsts.step
    left join inbound
        on wanted.case_id = inbound.case_id
    left join reviewed
        on wanted.thread_id = reviewed.thread_id
    left join with_order
        on wanted.case_id = with_order.case_id
    cross join any_refund
),

asked as (
    select
        placed.thread_id,
        placed.step_at
    from placed
    where placed.step = 'ask' and placed.step_at is not null
),

ordered as (
    select
        placed.*,
        case
            when placed.step_at is not null and placed.step_no > 0
                then row_number() over (
                    partition by placed.thread_id, placed.step_at is not null, placed.step_no > 0
                    order by placed.step_at, placed.step_no
                )
        end as order_no,
        case
            when placed.step_at is not null and placed.step_no > 0
                then epoch(placed.step_at) - epoch(
                    lag(placed.step_at) over (
                        partition by
                            placed.thread_id, placed.step_at is not null, placed.step_no > 0
                        order by placed.step_at, placed.step_no
                    )
                )
        end as lag_seconds,
        epoch(placed.step_at) - epoch(asked.step_at) as seconds_after_ask
    from placed
    left join asked
        on placed.thread_id = asked.thread_id
)

select
    ordered.thread_id,
    ordered.step,
    ordered.step_at,
    ordered.status,
    ordered.step_no,
    ordered.order_no,
    round(ordered.lag_seconds / 3600.0, 2) as lag_hours,
    round(ordered.seconds_after_ask / 3600.0, 2) as hours_after_ask,
    ordered.source_table,
    ordered.source_id,
    ordered.n,
    ordered.last_at,
    ordered.earliest_at,
    ordered.case_id,
    thread_incidents.incident_id,
    case
        when ordered.status = 'missing' then 'not in this archive'
        when ordered.status = 'unknown' and ordered.step = 'buyer-accepts'
            then 'no message of the buyer is in the archive'
        when ordered.status = 'unknown' and ordered.step = 'refund'
            then 'no order of this conversation, or no refunds at all, in the archive'
        when ordered.status = 'unknown' then 'no review of this order or buyer is in the archive'
        when ordered.step = 'buyer-solicitation'
            then 'the buyer pressed first or on its own account; context, never a violation'
        when
            ordered.step = 'review-changed'
            and ordered.seconds_after_ask >= 0
            and epoch(ordered.step_at) - epoch(ordered.earliest_at) > ordered.seconds_after_ask
            then 'known from snapshots: whether before or after the ask is unknown'
        when ordered.step = 'review-changed' and ordered.seconds_after_ask >= 0
            then 'after the ask in time; buyers also change reviews by themselves'
        when ordered.step = 'review-changed' then 'before any ask, or with none'
        when ordered.step = 'refund' and ordered.seconds_after_ask >= 0 then 'after the ask'
        when ordered.step = 'refund' and ordered.seconds_after_ask < 0 then 'before the ask'
        else 'found'
    end as reading,
    case
        when ordered.earliest_at < ordered.step_at
            then 'first of n; known from snapshots, it happened between earliest_at and step_at'
        else 'first of n; steps of the whole case, asks of this thread'
    end as limits,
    coalesce(messages.source_file, review_events.source_file, refunds.source_file)
        as source_file,
    coalesce(messages.source_locator, review_events.source_locator, refunds.source_locator)
        as source_locator
from ordered
left join thread_incidents
    on ordered.thread_id = thread_incidents.thread_id
left join messages
    on ordered.source_id = messages.message_id and ordered.source_table = 'messages'
left join review_events
    on ordered.source_id = review_events.event_id and ordered.source_table = 'review_events'
left join refunds
    on ordered.source_id = refunds.refund_id and ordered.source_table = 'refunds'
order by ordered.step_at nulls last, ordered.thread_id, ordered.step_no, ordered.step
