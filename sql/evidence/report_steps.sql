-- report_steps: what happened to the review and the money of each shown thread, between its messages.
-- why: a conversation is judged with the review before it, the refund in it and the change after it.
-- reads: findings, messages, review_events, review_links, refunds
-- emits: shown_in, step_at, kind, ref_id, event_type, rating, amount, currency, title, body, linked_by  one row: one
--   thread and one review event or refund
with flagged as (
    select distinct findings.thread_id
    from findings
),

thread_orders as (
    select distinct
        flagged.thread_id,
        messages.order_id
    from flagged
    inner join messages on flagged.thread_id = messages.thread_id
    where messages.order_id is not null
),

linked as (
    select
        review_links.thread_id,
        review_links.event_id,
        min(review_links.linked_by) as linked_by
    from flagged
    inner join review_links on flagged.thread_id = review_links.thread_id
    group by review_links.thread_id, review_links.event_id
),

review_steps as (
    select
        linked.thread_id as shown_in,
        review_events.occurred_at as step_at,
        'review' as kind,
        review_events.event_id as ref_id,
        review_events.event_type,
        review_events.rating,
        cast(null as double) as amount,
        cast(null as varchar) as currency,
        review_events.title,
        review_events.body,
        linked.linked_by
    from linked
    inner join review_events on linked.event_id = review_events.event_id
),

refund_steps as (
    select
        thread_orders.thread_id as shown_in,
        refunds.refunded_at as step_at,
        'refund' as kind,
        coalesce(refunds.refund_id, refunds.order_id) as ref_id,
        'refunded' as event_type,
        cast(null as double) as rating,
        cast(refunds.amount as double) as amount,
        refunds.currency,
        refunds.reason as title,
        cast(null as varchar) as body,
        'order' as linked_by
    from thread_orders
    inner join refunds on thread_orders.order_id = refunds.order_id
),

final as (
    select * from review_steps
    union all
    select * from refund_steps
)

select
    shown_in,
    step_at,
    kind,
    ref_id,
    event_type,
    rating,
    amount,
    currency,
    title,
    body,
    linked_by
from final
order by shown_in, step_at, kind, ref_id
