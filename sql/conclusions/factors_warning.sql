-- factors_warning: what speaks for and against a warning that was not acted on as the cause.
-- why: that messages follow a notice is a matter of dates; measures on record, a quiet time after it, or
--   a notice about something else speak against it. Who read the notice no archive tells.
-- reads: incident_numbers, notice_facts, incidents
-- emits: incident_id, cause, stance, n, of_n, evidence, ref_id
--   one row: one observation on one incident
with noticed as (
    select
        incident_numbers.*,
        notice_facts.alleged,
        incidents.policies,
        floor(
            (epoch(incident_numbers.started_at) - epoch(incident_numbers.notice_at)) / 86400.0
        ) as days_after,
        len(
            list_intersect(
                string_split(notice_facts.alleged, ';'), string_split(incidents.policies, ';')
            )
        ) > 0
        or list_contains(string_split(notice_facts.alleged, ';'), 'review-manipulation')
            as is_named
    from incident_numbers
    inner join incidents
        on incident_numbers.incident_id = incidents.incident_id
    inner join notice_facts
        on incident_numbers.notice_id = notice_facts.notice_id
),

followed as (
    select
        noticed.incident_id,
        'for' as stance,
        noticed.n_messages as n,
        noticed.n_messages as of_n,
        'flagged messages follow notice ' || noticed.notice_id || ', the first '
        || cast(cast(noticed.days_after as bigint) as varchar) || ' days after it'
        || case
            when noticed.same_policy_before > 0
                then
                    '; ' || cast(noticed.same_policy_before as varchar)
                    || ' of their practices are the same as before it'
            else ''
        end as evidence,
        noticed.notice_id as ref_id
    from noticed
),

named as (
    select
        noticed.incident_id,
        case when noticed.alleged = '' then 'unknown' else 'against' end as stance,
        noticed.n_messages as n,
        noticed.n_messages as of_n,
        case
            when noticed.alleged = '' then 'the notice names no practice that is known here'
            else 'the notice speaks of ' || noticed.alleged || ', which is none of its practices'
        end as evidence,
        noticed.notice_id as ref_id
    from noticed
    where not noticed.is_named
),

quiet as (
    select
        noticed.incident_id,
        'against' as stance,
        cast(noticed.days_after as bigint) as n,
        cast(noticed.days_after as bigint) as of_n,
        'days after the notice without a flagged message; sent in them: '
        || cast(noticed.quiet_sent as varchar) as evidence,
        noticed.notice_id as ref_id
    from noticed
    where noticed.days_after > $gap_days and noticed.quiet_sent > 0
),

measured as (
    select
        noticed.incident_id,
        case when noticed.measures_after_notice > 0 then 'against' else 'unknown' end as stance,
        noticed.measures_after_notice as n,
        noticed.measures_after_notice as of_n,
        case
            when noticed.measures_after_notice > 0
                then 'recorded between the notice and the incident: ' || noticed.measure_titles
            else
                'no measure is recorded between the notice and the incident; who read the notice'
                || ' is not known'
        end as evidence,
        noticed.notice_id as ref_id
    from noticed
),

unwarned as (
    select
        incident_numbers.incident_id,
        'against' as stance,
        incident_numbers.n_messages as n,
        incident_numbers.n_messages as of_n,
        'no warning or deactivation before it is in the archive' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.notice_id is null
),

final as (
    select * from followed
    union all
    select * from named
    union all
    select * from quiet
    union all
    select * from measured
    union all
    select * from unwarned
)

select
    final.incident_id,
    'warning-not-acted-on' as cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    final.ref_id
from final
order by final.incident_id, final.stance, final.evidence
