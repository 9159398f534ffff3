-- event_messages: for each linked event the flagged message it is measured from.
-- why: the latest flagged message at or before the event, else the earliest after it; the lag is
--   signed (event minus message), so a change before any contact shows as negative.
-- reads: linked_events, judged, review_events
-- emits: thread_id, event_id, message_id, sent_at, lag_hours  one row: one thread and event
with flagged_messages as (
    select distinct
        judged.thread_id,
        judged.message_id,
        judged.sent_at
    from judged
    where judged.status <> 'dismissed'
),

pairs as (
    select
        linked_events.thread_id,
        linked_events.event_id,
        flagged_messages.message_id,
        flagged_messages.sent_at,
        (epoch(review_events.occurred_at) - epoch(flagged_messages.sent_at)) / 3600.0 as lag_hours
    from linked_events
    inner join review_events
        on linked_events.event_id = review_events.event_id
    inner join flagged_messages
        on linked_events.thread_id = flagged_messages.thread_id
),

ranked as (
    select
        pairs.*,
        row_number() over (
            partition by pairs.thread_id, pairs.event_id
            order by
                case when pairs.lag_hours >= 0 then 0 else 1 end,
                abs(pairs.lag_hours),
                pairs.message_id
        ) as choice
    from pairs
)

select
    ranked.thread_id,
    ranked.event_id,
    ranked.message_id,
    ranked.sent_at,
    ranked.lag_hours
from ranked
where ranked.choice = 1
order by ranked.thread_id, ranked.event_id
