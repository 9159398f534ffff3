-- incident_factors: per incident the candidate causes, each with the rows that speak for it, against
--   it, or leave it unknown.
-- why: an owner has to say why it happened, and a reader will ask what else it could have been. The
--   archive shows dates and counts, never a motive: each row says what was seen and no more, and a
--   cause with no row against it is not thereby proved. Causes: new-function, staff-habit,
--   no-review-of-outgoing-text, warning-not-acted-on, template-read-as-licence,
--   training-without-effect.
-- reads: incidents, factors_new_function, factors_staff_habit, factors_no_review, factors_warning,
--   factors_template, factors_training
-- emits: incident_id, started_at, cause, stance, n, of_n, evidence, ref_id, limits
--   one row: one observation on one candidate cause; n of of_n conversations, messages or records
with final as (
    select * from factors_new_function
    union all
    select * from factors_staff_habit
    union all
    select * from factors_no_review
    union all
    select * from factors_warning
    union all
    select * from factors_template
    union all
    select * from factors_training
)

select
    final.incident_id,
    incidents.started_at,
    final.cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    final.ref_id,
    'what the archive shows, by date and count; it shows no motive' as limits
from final
inner join incidents
    on final.incident_id = incidents.incident_id
order by
    incidents.started_at,
    final.incident_id,
    final.cause,
    final.stance,
    final.evidence,
    final.ref_id
