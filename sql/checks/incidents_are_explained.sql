-- incidents_are_explained: incidents without a row on each of the five candidate causes.
-- why: a cause nobody weighed must not look like a cause that was ruled out.
-- reads: incidents, incident_factors
-- emits: incident_id, n_causes  one row: one incident not weighed
with weighed as (
    select
        incidents.incident_id,
        count(distinct incident_factors.cause) filter (
            where incident_factors.cause <> 'training-without-effect'
        ) as n_causes
    from incidents
    left join incident_factors
        on incidents.incident_id = incident_factors.incident_id
    group by incidents.incident_id
)

select
    weighed.incident_id,
    weighed.n_causes
from weighed
where weighed.n_causes <> 5
order by weighed.incident_id
