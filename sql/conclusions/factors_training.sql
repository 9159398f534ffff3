-- factors_training: trainings, and violations after them by the persons they name.
-- why: "trained" can be refuted by what the trained person wrote afterwards. Where the record does not
--   name the person nobody can say that they were there.
-- reads: incident_numbers, incident_people
-- emits: incident_id, cause, stance, n, of_n, evidence, ref_id
--   one row: one observation on one incident
select
    incident_people.incident_id,
    'training-without-effect' as cause,
    case when incident_people.training_names_them then 'for' else 'unknown' end as stance,
    incident_people.n_messages as n,
    incident_numbers.n_messages as of_n,
    'training "' || incident_people.training_title || '" on '
    || strftime(timezone($timezone, incident_people.training_at), '%Y-%m-%d') || '; '
    || incident_people.operator || ' wrote a flagged message on '
    || strftime(timezone($timezone, incident_people.first_at), '%Y-%m-%d')
    || case
        when incident_people.training_names_them then '; the record names them'
        else '; the record does not name them'
    end as evidence,
    incident_people.first_message_id as ref_id
from incident_people
inner join incident_numbers
    on incident_people.incident_id = incident_numbers.incident_id
where incident_people.training_at is not null
order by incident_people.incident_id, incident_people.operator
