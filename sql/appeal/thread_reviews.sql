-- thread_reviews: the review of each violating thread's own order or buyer, and what became of it.
-- why: what happened to the review after the message is what the platform asks first; a review that
--   is tied by product alone may be anybody's, so it is left out here. The lowest-rated one counts.
--   Where a change is known from two looks at the review list alone, and the message lies between
--   them, which came first is not known.
-- reads: review_links, violating_threads, review_events
-- emits: thread_id, review_id, linked_by, reviewed_at, rating_before, rating_after, review_state,
--   changed_at, changed_earliest_at, change_known  one row: one violating thread with such a review
with linked as (
    select
        review_links.thread_id,
        review_links.review_id,
        max(review_links.linked_by) as linked_by,
        min(violating_threads.first_flagged_at) as flagged_at
    from review_links
    inner join violating_threads
        on review_links.thread_id = violating_threads.thread_id
    where
        review_links.linked_by in ('order', 'buyer')
        and review_links.review_id is not null
    group by
        review_links.thread_id,
        review_links.review_id
),

events as (
    select
        linked.thread_id,
        linked.review_id,
        linked.linked_by,
        linked.flagged_at,
        review_events.event_type,
        review_events.rating,
        review_events.occurred_at,
        coalesce(review_events.earliest_at, review_events.occurred_at) as earliest_at,
        row_number() over (
            partition by
                linked.thread_id,
                linked.review_id,
                review_events.occurred_at <= linked.flagged_at
            order by review_events.occurred_at desc, review_events.event_id desc
        ) as from_last
    from linked
    inner join review_events
        on linked.review_id = review_events.review_id
),

lives as (
    select
        events.thread_id,
        events.review_id,
        events.linked_by,
        min(events.occurred_at) filter (where events.event_type = 'created') as reviewed_at,
        max(events.rating) filter (
            where
            events.from_last = 1
            and events.occurred_at <= events.flagged_at
            and events.event_type <> 'removed'
        ) as rating_before,
        max(case events.event_type when 'removed' then null else events.rating end) filter (
            where events.from_last = 1 and events.occurred_at > events.flagged_at
        ) as rating_later,
        max(events.event_type) filter (
            where events.from_last = 1 and events.occurred_at > events.flagged_at
        ) as later_event,
        max(events.occurred_at) filter (
            where
            events.from_last = 1
            and events.occurred_at > events.flagged_at
            and events.event_type <> 'created'
        ) as changed_at,
        max(events.earliest_at) filter (
            where
            events.from_last = 1
            and events.occurred_at > events.flagged_at
            and events.event_type <> 'created'
        ) as changed_earliest_at,
        min(events.flagged_at) as flagged_at,
        min(events.rating) as lowest
    from events
    group by
        events.thread_id,
        events.review_id,
        events.linked_by
),

ranked as (
    select
        lives.*,
        row_number() over (
            partition by lives.thread_id
            order by coalesce(lives.rating_before, lives.lowest, 9), lives.review_id
        ) as choice
    from lives
)

select
    ranked.thread_id,
    ranked.review_id,
    ranked.linked_by,
    ranked.reviewed_at,
    ranked.rating_before,
    case
        when ranked.later_event is null then ranked.rating_before else ranked.rating_later
    end as rating_after,
    case
        when ranked.later_event = 'removed' then 'removed'
        when ranked.later_event is null and ranked.rating_before is null then 'unknown'
        when ranked.later_event is null then 'unchanged'
        when ranked.rating_before is null then 'before-unknown'
        when ranked.rating_later > ranked.rating_before then 'raised'
        when ranked.rating_later < ranked.rating_before then 'lowered'
        when ranked.rating_later is null then 'unknown'
        else 'unchanged'
    end as review_state,
    ranked.changed_at,
    ranked.changed_earliest_at,
    case
        when ranked.changed_at is null then 'no-change'
        when ranked.changed_earliest_at >= ranked.changed_at then 'exact'
        when ranked.changed_earliest_at < ranked.flagged_at then 'unordered'
        else 'interval'
    end as change_known
from ranked
where ranked.choice = 1
order by ranked.thread_id
