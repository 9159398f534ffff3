-- linked_events: each review event with the violating threads it belongs to by its best key.
-- why: the best key alone is kept (order, then buyer, then product); ties are all kept and share the
--   strength. A contradicting order or buyer rules a weaker key out by itself: the stronger one wins.
-- reads: thread_event_keys
-- emits: thread_id, event_id, linked_by, n_candidates  one row: one thread and event
with best as (
    select
        thread_event_keys.event_id,
        min(thread_event_keys.key_rank) as key_rank
    from thread_event_keys
    group by thread_event_keys.event_id
),

kept as (
    select
        thread_event_keys.thread_id,
        thread_event_keys.event_id,
        thread_event_keys.linked_by
    from thread_event_keys
    inner join best
        on
            thread_event_keys.event_id = best.event_id
            and thread_event_keys.key_rank = best.key_rank
)

select
    kept.thread_id,
    kept.event_id,
    kept.linked_by,
    count(*) over (partition by kept.event_id) as n_candidates
from kept
order by kept.thread_id, kept.event_id
