-- cut_variants: the wordings that a month's findings carry, and all they descend from.
-- why: what was flagged this month is traced back to its first message, flagged or not; variants of
--   other months are told in the months they were flagged in.
-- reads: wording_uses, wordings, phrase_lineage, findings, shown_findings
-- emits: variant_id  one row: one wording
with recursive parents as (
    select distinct
        phrase_lineage.variant_id,
        phrase_lineage.parent_variant_id
    from phrase_lineage
),

line as (
    select wordings.variant_id
    from wording_uses
    inner join wordings
        on wording_uses.wording = wordings.wording
    inner join findings
        on wording_uses.message_id = findings.message_id
    inner join shown_findings
        on findings.finding_id = shown_findings.finding_id
    union
    select parents.parent_variant_id as variant_id
    from line
    inner join parents
        on line.variant_id = parents.variant_id
    where parents.parent_variant_id is not null
)

select line.variant_id
from line
order by line.variant_id
