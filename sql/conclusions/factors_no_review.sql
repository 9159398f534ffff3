-- factors_no_review: what speaks for and against a missing review of outgoing text as the cause.
-- why: that messages left which a check names shows that none stopped them; a control on record speaks
--   against its absence, and what no check could have named speaks against it as the cause.
-- reads: incident_numbers
-- emits: incident_id, cause, stance, n, of_n, evidence, ref_id
--   one row: one observation on one incident
with unread as (
    select
        incident_numbers.incident_id,
        'for' as stance,
        incident_numbers.n_stoppable as n,
        incident_numbers.n_outbound as of_n,
        'flagged messages were sent that a check of the text before sending names, over '
        || cast(incident_numbers.days as varchar) || ' days' as evidence
    from incident_numbers
    where incident_numbers.n_stoppable > 0
),

macros as (
    select
        incident_numbers.incident_id,
        'for' as stance,
        incident_numbers.macro_messages as n,
        incident_numbers.n_messages as of_n,
        'flagged messages carry one wording, nearly unchanged' as evidence
    from incident_numbers
    where incident_numbers.macro_messages > 0
),

unseen as (
    select
        incident_numbers.incident_id,
        'against' as stance,
        incident_numbers.n_outbound - incident_numbers.n_stoppable as n,
        incident_numbers.n_outbound as of_n,
        'flagged messages that only what came later made a violation: a check had let them pass'
            as evidence
    from incident_numbers
    where incident_numbers.n_outbound > incident_numbers.n_stoppable
),

controlled as (
    select
        incident_numbers.incident_id,
        case when incident_numbers.n_controls > 0 then 'against' else 'unknown' end as stance,
        incident_numbers.n_controls as n,
        incident_numbers.n_controls as of_n,
        case
            when incident_numbers.n_controls > 0
                then 'a control was recorded before it: ' || incident_numbers.control_titles
            else 'no control of outgoing text is recorded; whether there was one is not known'
        end as evidence
    from incident_numbers
),

final as (
    select * from unread
    union all
    select * from macros
    union all
    select * from unseen
    union all
    select * from controlled
)

select
    final.incident_id,
    'no-review-of-outgoing-text' as cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    cast(null as varchar) as ref_id
from final
order by final.incident_id, final.stance, final.evidence
