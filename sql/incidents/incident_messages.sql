-- incident_messages: every flagged message with the number of the run it belongs to.
-- why: a run has at most $gap_days between successive flagged messages, over all threads; a warning
--   or deactivation ends it. Only keys and times take part, so the order of input does not matter.
-- reads: judged, notices
-- emits: message_id, thread_id, sent_at, run_no  one row: one flagged message
with flagged_messages as (
    select distinct
        judged.message_id,
        judged.thread_id,
        judged.sent_at
    from judged
    where judged.status <> 'dismissed'
),

ends as (
    select
        notices.received_at as sent_at,
        cast(null as varchar) as message_id,
        1 as is_end
    from notices
    where notices.kind in ('warning', 'deactivation')
),

line as (
    select
        flagged_messages.sent_at,
        flagged_messages.message_id,
        0 as is_end
    from flagged_messages
    union all
    select
        ends.sent_at,
        ends.message_id,
        ends.is_end
    from ends
),

eras as (
    select
        line.sent_at,
        line.message_id,
        line.is_end,
        sum(line.is_end) over (
            order by line.sent_at, line.is_end, line.message_id
            rows between unbounded preceding and current row
        ) as era
    from line
),

steps as (
    select
        eras.message_id,
        eras.sent_at,
        case
            when lag(eras.sent_at) over (order by eras.sent_at, eras.message_id) is null then 1
            when
                eras.era <> lag(eras.era) over (order by eras.sent_at, eras.message_id)
                then 1
            when
                epoch(eras.sent_at)
                - epoch(lag(eras.sent_at) over (order by eras.sent_at, eras.message_id))
                > $gap_days * 86400
                then 1
            else 0
        end as starts
    from eras
    where eras.is_end = 0
),

runs as (
    select
        steps.message_id,
        sum(steps.starts) over (
            order by steps.sent_at, steps.message_id
            rows between unbounded preceding and current row
        ) as run_no
    from steps
)

select
    flagged_messages.message_id,
    flagged_messages.thread_id,
    flagged_messages.sent_at,
    runs.run_no
from flagged_messages
inner join runs
    on flagged_messages.message_id = runs.message_id
order by flagged_messages.sent_at, flagged_messages.message_id
