-- thread_event_keys: which review events may belong to which violating thread, and by which key.
-- why: a review carries an order only sometimes; the buyer's alias is weaker, a product within a
--   time window weaker still. One query a key: equi-joins, no OR.
-- reads: violating_threads, message_keys, review_events
-- emits: thread_id, event_id, linked_by, key_rank  one row: one thread, event and key
with thread_keys as (
    select distinct
        violating_threads.thread_id,
        violating_threads.first_flagged_at,
        violating_threads.last_flagged_at,
        message_keys.order_id,
        message_keys.buyer_id,
        message_keys.asin
    from violating_threads
    inner join message_keys
        on violating_threads.thread_id = message_keys.thread_id
),

by_order as (
    select distinct
        thread_keys.thread_id,
        review_events.event_id,
        'order' as linked_by,
        1 as key_rank
    from thread_keys
    inner join review_events
        on thread_keys.order_id = review_events.order_id
    where thread_keys.order_id <> ''
),

by_buyer as (
    select distinct
        thread_keys.thread_id,
        review_events.event_id,
        'buyer' as linked_by,
        2 as key_rank
    from thread_keys
    inner join review_events
        on thread_keys.buyer_id = review_events.buyer_id
    where thread_keys.buyer_id <> ''
),

by_asin as (
    select distinct
        thread_keys.thread_id,
        review_events.event_id,
        'asin' as linked_by,
        3 as key_rank
    from thread_keys
    inner join review_events
        on
            thread_keys.asin = review_events.asin
            and review_events.occurred_at
            >= thread_keys.first_flagged_at - $window_days * interval 1 day
            and review_events.occurred_at
            <= thread_keys.last_flagged_at + $window_days * interval 1 day
    where thread_keys.asin <> ''
),

final as (
    select * from by_order
    union all
    select * from by_buyer
    union all
    select * from by_asin
)

select
    final.thread_id,
    final.event_id,
    final.linked_by,
    final.key_rank
from final
order by final.thread_id, final.event_id, final.key_rank
