-- factors_template: what speaks for and against a platform template read as a licence to ask.
-- why: the platform's own courtesy-refund message looks like leave to speak of the review. For it speaks
--   that the template came first; against it, conversations without one, and all those in which the
--   template was used and nothing followed.
-- reads: incident_numbers, template_threads
-- emits: incident_id, cause, stance, n, of_n, evidence, ref_id
--   one row: one observation on one incident
with licence as (
    select
        incident_numbers.incident_id,
        'for' as stance,
        incident_numbers.template_threads as n,
        incident_numbers.n_threads as of_n,
        'conversations in which the platform''s own template came before the flagged message'
            as evidence,
        incident_numbers.first_template_message_id as ref_id
    from incident_numbers
    where incident_numbers.template_threads > 0
),

no_licence as (
    select
        incident_numbers.incident_id,
        'against' as stance,
        incident_numbers.n_threads - incident_numbers.template_threads as n,
        incident_numbers.n_threads as of_n,
        'conversations with no template of the platform before the flagged message' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_threads > incident_numbers.template_threads
),

harmless as (
    select
        incident_numbers.incident_id,
        'against' as stance,
        template_threads.n_threads - template_threads.n_violating as n,
        template_threads.n_threads as of_n,
        'conversations with such a template, over the whole archive, in which nothing violates'
            as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    cross join template_threads
    where
        incident_numbers.template_threads > 0
        and template_threads.n_threads > template_threads.n_violating
),

no_threads as (
    select
        incident_numbers.incident_id,
        'unknown' as stance,
        incident_numbers.n_threads as n,
        incident_numbers.n_threads as of_n,
        'every conversation of it belongs to an earlier incident and is weighed there' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_threads = 0
),

final as (
    select * from licence
    union all
    select * from no_licence
    union all
    select * from harmless
    union all
    select * from no_threads
)

select
    final.incident_id,
    'template-read-as-licence' as cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    final.ref_id
from final
order by final.incident_id, final.stance, final.evidence
