-- incident_messages: every flagged message with the number of the run it belongs to, and why.
-- why: a run has at most $gap_days between successive flagged messages, over all threads; a warning
--   or deactivation ends it. Only keys and times take part, so the order of input does not matter.
-- reads: judged, notices
-- emits: message_id, thread_id, sent_at, run_no, gap_hours, membership  one row: one flagged message
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

neighbours as (
    select
        eras.message_id,
        eras.sent_at,
        eras.era,
        lag(eras.era) over (order by eras.sent_at, eras.message_id) as era_before,
        epoch(eras.sent_at)
        - epoch(lag(eras.sent_at) over (order by eras.sent_at, eras.message_id)) as gap_seconds
    from eras
    where eras.is_end = 0
),

steps as (
    select
        neighbours.message_id,
        neighbours.sent_at,
        neighbours.gap_seconds,
        case
            when neighbours.gap_seconds is null then 'begins: first flagged message'
            when neighbours.era <> neighbours.era_before then 'begins: a notice came before it'
            when neighbours.gap_seconds > $gap_days * 86400
                then 'begins: longer without a flagged message than the setting allows'
            else 'continues: within the setting of the flagged message before it'
        end as membership
    from neighbours
),

runs as (
    select
        steps.message_id,
        steps.gap_seconds,
        steps.membership,
        sum(case when steps.membership like 'begins%' then 1 else 0 end) over (
            order by steps.sent_at, steps.message_id
            rows between unbounded preceding and current row
        ) as run_no
    from steps
)

select
    flagged_messages.message_id,
    flagged_messages.thread_id,
    flagged_messages.sent_at,
    runs.run_no,
    runs.gap_seconds / 3600.0 as gap_hours,
    runs.membership
from flagged_messages
inner join runs
    on flagged_messages.message_id = runs.message_id
order by flagged_messages.sent_at, flagged_messages.message_id
