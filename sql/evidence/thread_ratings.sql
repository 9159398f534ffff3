-- thread_ratings: the lowest-rated linked review of a thread, at its first flagged message and now.
-- why: what the review said when the buyer was asked, and what became of it; empty is unknown or
--   removed, never zero.
-- reads: review_links, violating_threads, review_events
-- emits: thread_id, rating_before, rating_after  one row: one violating thread with a linked review
with linked_reviews as (
    select distinct
        review_links.thread_id,
        review_links.review_id,
        violating_threads.first_flagged_at
    from review_links
    inner join violating_threads
        on review_links.thread_id = violating_threads.thread_id
    where review_links.review_id is not null
),

states as (
    select
        linked_reviews.thread_id,
        linked_reviews.review_id,
        review_events.occurred_at,
        case
            when review_events.event_type = 'removed' then null else review_events.rating
        end as rating,
        review_events.occurred_at <= linked_reviews.first_flagged_at as is_before,
        row_number() over (
            partition by
                linked_reviews.thread_id,
                linked_reviews.review_id,
                review_events.occurred_at <= linked_reviews.first_flagged_at
            order by review_events.occurred_at desc, review_events.event_id desc
        ) as choice,
        row_number() over (
            partition by linked_reviews.thread_id, linked_reviews.review_id
            order by review_events.occurred_at desc, review_events.event_id desc
        ) as from_last
    from linked_reviews
    inner join review_events
        on linked_reviews.review_id = review_events.review_id
),

per_review as (
    select
        states.thread_id,
        states.review_id,
        max(states.rating) filter (where states.is_before and states.choice = 1) as rating_before,
        max(states.rating) filter (where states.from_last = 1) as rating_after,
        min(states.rating) as lowest
    from states
    group by states.thread_id, states.review_id
),

ranked as (
    select
        per_review.*,
        row_number() over (
            partition by per_review.thread_id
            order by
                coalesce(per_review.rating_before, per_review.lowest, 9),
                per_review.review_id
        ) as choice
    from per_review
)

select
    ranked.thread_id,
    ranked.rating_before,
    ranked.rating_after
from ranked
where ranked.choice = 1
order by ranked.thread_id
