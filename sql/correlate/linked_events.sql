-- linked_events: each review event with the violating threads it belongs to by its best key.
-- why: the best key alone is kept (order, then buyer, then product); ties are all kept and share the
--   strength. Threads of one case are one candidate: they tell one story. By product
--   alone the reviews that could be meant are counted too, without those a better key gave away.
-- reads: thread_review_keys, review_events
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
)

select
    kept.thread_id,
    review_events.event_id,
    kept.linked_by,
    candidates.n_candidates,
    case when kept.linked_by = 'asin' then alternatives.n_reviews else 1 end as n_reviews
from kept
inner join candidates
    on kept.review_ref = candidates.review_ref
inner join alternatives
    on kept.thread_id = alternatives.thread_id and kept.linked_by = alternatives.linked_by
inner join review_events
    on
        kept.review_ref
        = coalesce(nullif(review_events.review_id, ''), review_events.event_id)
order by kept.thread_id, review_events.event_id
