-- review_lives: each low review: its first stars, when it was raised or removed, and how long its
--   fate can be seen.
-- why: the ground of the rating comparison. Low is at most $negative_at_most stars when first seen;
--   a change is a rise or a removal; a text edit or a fall is none. seen_until is the last moment
--   any review of the archive is known at: after it silence means nothing.
-- reads: review_events, review_keys
-- emits: review_ref, order_id, buyer_id, stars, created_at, changed_at, change_uncertain, seen_until
--   one row: one low review with a key to look for contacts by
with events as (
    select
        coalesce(nullif(review_events.review_id, ''), review_events.event_id) as review_ref,
        review_events.event_type,
        review_events.occurred_at,
        review_events.rating,
        coalesce(review_events.earliest_at < review_events.latest_at, false) as uncertain
    from review_events
),

beginnings as (
    select
        events.review_ref,
        min(events.occurred_at) as created_at
    from events
    where events.event_type = 'created'
    group by events.review_ref
),

firsts as (
    select
        beginnings.review_ref,
        beginnings.created_at,
        min(events.rating) as stars
    from beginnings
    inner join events
        on
            beginnings.review_ref = events.review_ref
            and beginnings.created_at = events.occurred_at
    where events.event_type = 'created'
    group by beginnings.review_ref, beginnings.created_at
    having min(events.rating) <= $negative_at_most
),

rises as (
    select
        events.review_ref,
        events.occurred_at,
        events.uncertain
    from events
    inner join firsts
        on events.review_ref = firsts.review_ref and events.occurred_at >= firsts.created_at
    where
        events.event_type = 'removed'
        or (events.event_type = 'updated' and events.rating > firsts.stars)
),

first_rises as (
    select
        rises.review_ref,
        min(rises.occurred_at) as changed_at
    from rises
    group by rises.review_ref
),

changes as (
    select
        first_rises.review_ref,
        first_rises.changed_at,
        bool_or(rises.uncertain) as uncertain
    from first_rises
    inner join rises
        on
            first_rises.review_ref = rises.review_ref
            and first_rises.changed_at = rises.occurred_at
    group by first_rises.review_ref, first_rises.changed_at
),

last_seen as (
    select max(coalesce(review_events.latest_at, review_events.occurred_at)) as seen_until
    from review_events
)

select
    firsts.review_ref,
    review_keys.order_id,
    review_keys.buyer_id,
    cast(firsts.stars as integer) as stars,
    firsts.created_at,
    changes.changed_at,
    coalesce(changes.uncertain, false) as change_uncertain,
    last_seen.seen_until
from firsts
inner join review_keys
    on firsts.review_ref = review_keys.review_ref
left join changes
    on firsts.review_ref = changes.review_ref
cross join last_seen
where
    review_keys.order_id is not null
    or review_keys.buyer_id is not null
order by firsts.created_at, firsts.review_ref
