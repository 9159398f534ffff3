-- incidents_hold_their_messages: incidents whose count differs from the flagged messages they hold.
-- why: every live finding belongs to exactly one incident, and the card's number is their number.
-- reads: incidents, findings
-- emits: incident_id, message_count, counted  one row: one incident that does not add up
with counted as (
    select
        findings.incident_id,
        count(distinct findings.message_id) as n
    from findings
    where findings.status <> 'dismissed'
    group by findings.incident_id
)

select
    coalesce(incidents.incident_id, counted.incident_id) as incident_id,
    incidents.message_count,
    counted.n as counted
from counted
full outer join incidents
    on counted.incident_id = incidents.incident_id
where incidents.message_count is distinct from counted.n
order by coalesce(incidents.incident_id, counted.incident_id)
