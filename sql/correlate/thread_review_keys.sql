-- thread_review_keys: which reviews may belong to which violating thread, and by which key.
-- why: a review carries an order only sometimes; the buyer's alias is weaker, a product within a
--   time window weaker still. Threads of one case share their keys. By product alone a review is
--   left out when its order or its buyer is known to be another's; all others that could be meant
--   are kept and share the strength further on. One query a key: equi-joins, no OR.
-- reads: violating_threads, message_keys, judged, review_keys, review_events
-- emits: thread_id, case_id, review_ref, linked_by, key_rank
--   one row: one thread, review and key
with thread_keys as (
    select
        violating_threads.thread_id,
        violating_threads.case_id,
        nullif(message_keys.order_id, '') as order_id,
        nullif(message_keys.buyer_id, '') as buyer_id,
        nullif(message_keys.asin, '') as asin
    from violating_threads
    inner join message_keys
        on violating_threads.case_id = message_keys.case_id
    where message_keys.direction <> 'internal'
),

thread_orders as (
    select distinct
        thread_keys.thread_id,
        thread_keys.case_id,
        thread_keys.order_id
    from thread_keys
    where thread_keys.order_id is not null
),

thread_buyers as (
    select distinct
        thread_keys.thread_id,
        thread_keys.case_id,
        thread_keys.buyer_id
    from thread_keys
    where thread_keys.buyer_id is not null
),

thread_asins as (
    select distinct
        thread_keys.thread_id,
        thread_keys.case_id,
        thread_keys.asin
    from thread_keys
    where thread_keys.asin is not null
),

flagged_times as (
    select distinct
        judged.thread_id,
        judged.sent_at
    from judged
    where judged.status <> 'dismissed'
),

with_order as (
    select distinct thread_orders.thread_id
    from thread_orders
),

known_buyers as (
    select distinct message_keys.buyer_id
    from message_keys
    where message_keys.buyer_id <> ''
),

by_order as (
    select
        thread_orders.thread_id,
        thread_orders.case_id,
        review_keys.review_ref,
        'order' as linked_by,
        1 as key_rank
    from thread_orders
    inner join review_keys
        on thread_orders.order_id = review_keys.order_id
),

by_buyer as (
    select
        thread_buyers.thread_id,
        thread_buyers.case_id,
        review_keys.review_ref,
        'buyer' as linked_by,
        2 as key_rank
    from thread_buyers
    inner join review_keys
        on thread_buyers.buyer_id = review_keys.buyer_id
),

free_reviews as (
    select
        review_keys.review_ref,
        review_keys.order_id
    from review_keys
    left join known_buyers
        on review_keys.buyer_id = known_buyers.buyer_id
    where known_buyers.buyer_id is null
),

free_events as (
    select
        free_reviews.review_ref,
        free_reviews.order_id,
        review_events.asin,
        review_events.occurred_at
    from free_reviews
    inner join review_events
        on
            free_reviews.review_ref
            = coalesce(nullif(review_events.review_id, ''), review_events.event_id)
),

by_asin as (
    select distinct
        thread_asins.thread_id,
        thread_asins.case_id,
        free_events.review_ref,
        'asin' as linked_by,
        3 as key_rank
    from thread_asins
    inner join flagged_times
        on thread_asins.thread_id = flagged_times.thread_id
    inner join free_events
        on
            thread_asins.asin = free_events.asin
            and free_events.occurred_at
            >= flagged_times.sent_at - $window_days * interval 1 day
            and free_events.occurred_at
            <= flagged_times.sent_at + $window_days * interval 1 day
    left join with_order
        on thread_asins.thread_id = with_order.thread_id
    where free_events.order_id is null or with_order.thread_id is null
),

keyed as (
    select * from by_order
    union all
    select * from by_buyer
    union all
    select * from by_asin
)

select
    keyed.thread_id,
    keyed.case_id,
    keyed.review_ref,
    keyed.linked_by,
    keyed.key_rank
from keyed
order by keyed.thread_id, keyed.review_ref, keyed.key_rank
