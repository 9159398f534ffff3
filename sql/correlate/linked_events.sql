-- linked_events: each review event with the violating threads it belongs to by its best key.
-- why: the best key alone is kept (order, then buyer, then product); ties are all kept and share the
--   strength. Threads of one case are one candidate: they tell one story. By product
--   alone the reviews that could be meant are counted too, without those a better key gave away.
--   A product link holds for events within $window_days of a flagged message, the other two for
--   every event of the review's life.
-- reads: thread_review_keys, review_events, judged
-- emits: thread_id, event_id, linked_by, n_candidates, n_reviews  one row: one thread and event
with best as (
    select
        thread_review_keys.review_ref,
        min(thread_review_keys.key_rank) as key_rank
    from thread_review_keys
    group by thread_review_keys.review_ref
),

kept as (
    select thread_review_keys.*
    from thread_review_keys
    inner join best
        on
            thread_review_keys.review_ref = best.review_ref
            and thread_review_keys.key_rank = best.key_rank
),

candidates as (
    select
        kept.review_ref,
        count(distinct kept.case_id) as n_candidates
    from kept
    group by kept.review_ref
),

alternatives as (
    select
        kept.thread_id,
        kept.linked_by,
        count(distinct kept.review_ref) as n_reviews
    from kept
    group by kept.thread_id, kept.linked_by
),

lives as (
    select
        kept.thread_id,
        kept.review_ref,
        kept.linked_by,
        review_events.event_id,
        review_events.occurred_at
    from kept
    inner join review_events
        on
            kept.review_ref
            = coalesce(nullif(review_events.review_id, ''), review_events.event_id)
),

held as (
    select
        lives.thread_id,
        lives.review_ref,
        lives.linked_by,
        lives.event_id
    from lives
    where lives.linked_by <> 'asin'
    union
    select
        lives.thread_id,
        lives.review_ref,
        lives.linked_by,
        lives.event_id
    from lives
    inner join judged
        on
            lives.thread_id = judged.thread_id
            and lives.occurred_at >= judged.sent_at - $window_days * interval 1 day
            and lives.occurred_at <= judged.sent_at + $window_days * interval 1 day
    where lives.linked_by = 'asin' and judged.status <> 'dismissed'
)

select
    held.thread_id,
    held.event_id,
    held.linked_by,
    candidates.n_candidates,
    case when held.linked_by = 'asin' then alternatives.n_reviews else 1 end as n_reviews
from held
inner join candidates
    on held.review_ref = candidates.review_ref
inner join alternatives
    on held.thread_id = alternatives.thread_id and held.linked_by = alternatives.linked_by
order by held.thread_id, held.event_id
