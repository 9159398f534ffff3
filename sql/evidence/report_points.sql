-- report_points: how many ordinary events of each lane fall on a minute, for the report's timeline.
-- why: a picture of a large archive needs counts, never bodies; lanes above 100,000 events are counted by the hour.
-- reads: messages, review_events, refunds
-- emits: lane, point_at, n  one row: one lane and one minute (or hour) with events
with events as (
    select
        'reviews' as lane,
        review_events.occurred_at as event_at
    from review_events
    where review_events.occurred_at is not null
    union all
    select
        'messages' as lane,
        messages.sent_at as event_at
    from messages
    union all
    select
        'refunds' as lane,
        refunds.refunded_at as event_at
    from refunds
),

sizes as (
    select
        events.lane,
        count(*) as lane_count
    from events
    group by events.lane
),

rounded as (
    select
        events.lane,
        case
            when sizes.lane_count > 100000 then date_trunc('hour', events.event_at)
            else date_trunc('minute', events.event_at)
        end as point_at
    from events
    inner join sizes on events.lane = sizes.lane
),

final as (
    select
        rounded.lane,
        rounded.point_at,
        count(*) as n
    from rounded
    group by rounded.lane, rounded.point_at
)

select
    lane,
    point_at,
    n
from final
order by lane, point_at
