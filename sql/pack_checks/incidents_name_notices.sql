-- incidents_name_notices: series that follow a notice which is not in the pack.
-- why: what is said to have come after a notice is worth nothing without it.
-- reads: incidents, notices
-- emits: table_name, row_id  one row: one series whose notice is missing
select
    'incidents' as table_name,
    incidents.incident_id as row_id
from incidents
left join notices
    on incidents.after_notice_id = notices.notice_id
where
    incidents.after_notice_id is not null
    and notices.notice_id is null
order by row_id
