-- review_lives: each low review: its first stars, when it was raised or removed, and how long its
--   fate can be seen.
-- why: the ground of the rating comparison. Low is at most $negative_at_most stars when first seen;
--   a change is a rise or a removal; a text edit or a fall is none. seen_until is the last moment
--   any review of the archive is known at: after it silence means nothing.
-- reads: review_events, review_keys
-- emits: review_ref, order_id, buyer_id, stars, created_at, changed_at, change_uncertain,
--   stood_until, seen_until  one row: one low review with a key to look for contacts by; it surely
--   stood until stood_until, the last look before its change
with events as (
    select
        coalesce(nullif(review_events.review_id, ''), review_events.event_id) as review_ref,
        review_events.event_type,
        review_events.occurred_at,
        review_events.rating,
        coalesce(review_events.earliest_at < review_events.latest_at, false) as uncertain,
        coalesce(review_events.earliest_at, review_events.occurred_at) as stood_until
    from review_events
),

firsts as (
    select
        events.review_ref,
        min(events.occurred_at) as created_at,
        arg_min(events.rating, (events.occurred_at, events.rating)) filter (
            where events.rating is not null
        ) as stars
    from events
    where events.event_type = 'created'
    group by events.review_ref
    having
        arg_min(events.rating, (events.occurred_at, events.rating)) filter (
            where events.rating is not null
        ) <= $negative_at_most
),

changes as (
    select
        events.review_ref,
        min(events.occurred_at) as changed_at,
        arg_min(events.uncertain, (events.occurred_at, not events.uncertain)) as uncertain,
        arg_min(events.stood_until, (events.occurred_at, not events.uncertain)) as stood_until
    from events
    inner join firsts
        on events.review_ref = firsts.review_ref and events.occurred_at >= firsts.created_at
    where
        events.event_type = 'removed'
        or (events.event_type = 'updated' and events.rating > firsts.stars)
    group by events.review_ref
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
    changes.stood_until,
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
