-- incident_notices: the latest warning or deactivation before each incident, and whether it recurs.
-- why: "continued" means after a warning; recurrence needs a warning before the start and an earlier
--   incident.
-- reads: incident_ids, notices
-- emits: incident_id, after_notice_id, recurrence  one row: one incident
with before_start as (
    select
        incident_ids.incident_id,
        notices.notice_id,
        notices.kind,
        row_number() over (
            partition by incident_ids.incident_id
            order by notices.received_at desc, notices.notice_id desc
        ) as choice
    from incident_ids
    inner join notices
        on notices.received_at < incident_ids.started_at
    where notices.kind in ('warning', 'deactivation')
),

warned as (
    select distinct before_start.incident_id
    from before_start
    where before_start.kind = 'warning'
),

latest as (
    select
        before_start.incident_id,
        before_start.notice_id
    from before_start
    where before_start.choice = 1
),

first_run as (
    select min(incident_ids.started_at) as started_at
    from incident_ids
)

select
    incident_ids.incident_id,
    latest.notice_id as after_notice_id,
    warned.incident_id is not null
    and incident_ids.started_at > first_run.started_at as recurrence
from incident_ids
left join latest
    on incident_ids.incident_id = latest.incident_id
left join warned
    on incident_ids.incident_id = warned.incident_id
cross join first_run
order by incident_ids.incident_id
