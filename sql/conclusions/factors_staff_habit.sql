-- factors_staff_habit: what speaks for and against the habit of a person as the cause.
-- why: a habit shows in what a person wrote before, and in being one person's. Who wrote for the first
--   time in this incident had none that the archive could show.
-- reads: incident_numbers, incident_people
-- emits: incident_id, cause, stance, n, of_n, evidence, ref_id
--   one row: one observation on one incident
with persons as (
    select
        incident_people.incident_id,
        case when incident_people.earlier_messages > 0 then 'for' else 'against' end as stance,
        incident_people.earlier_messages as n,
        incident_people.n_messages as of_n,
        case
            when incident_people.earlier_messages > 0
                then
                    incident_people.operator || ' wrote flagged messages before this incident,'
                    || ' the first on ' || strftime(
                        timezone($timezone, incident_people.earlier_at), '%Y-%m-%d'
                    )
            else
                incident_people.operator || ' wrote no flagged message before this incident'
        end
        || case
            when incident_people.first_use_at is null then '; no message of theirs to a buyer'
            else
                '; writes to buyers since '
                || strftime(timezone($timezone, incident_people.first_use_at), '%Y-%m-%d')
                || ', and ' || cast(incident_people.n_threads as varchar) || ' of these '
                || cast(incident_people.n_own_threads as varchar) || ' conversations lie in it'
        end as evidence,
        incident_people.first_message_id as ref_id
    from incident_people
),

shared as (
    select
        incident_people.incident_id,
        'against' as stance,
        count(*) as n,
        count(*) as of_n,
        'persons wrote flagged messages in it: no single one' as evidence,
        cast(null as varchar) as ref_id
    from incident_people
    group by incident_people.incident_id
    having count(*) > 1
),

nameless as (
    select
        incident_numbers.incident_id,
        'unknown' as stance,
        incident_numbers.n_without_operator as n,
        incident_numbers.n_messages as of_n,
        'flagged messages whose writer the archive does not name' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_without_operator > 0
),

unseen as (
    select
        incident_numbers.incident_id,
        'unknown' as stance,
        incident_numbers.n_missing_before as n,
        incident_numbers.n_missing_before as of_n,
        'months before it in which sent messages are missing: what was written then is not known'
            as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_missing_before > 0
),

final as (
    select * from persons
    union all
    select * from shared
    union all
    select * from nameless
    union all
    select * from unseen
)

select
    final.incident_id,
    'staff-habit' as cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    final.ref_id
from final
order by final.incident_id, final.stance, final.evidence
