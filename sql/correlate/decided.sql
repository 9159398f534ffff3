-- decided: the decision in force for each id: the latest row, unless it has expired.
-- why: decisions are appended and never rewritten; an expired one brings its finding back.
-- reads: decisions
-- emits: finding_id, decision, reason, note, expired  one row: one decided id
with ranked as (
    select
        decisions.*,
        row_number() over (
            partition by decisions.finding_id
            order by decisions.row_no desc
        ) as choice
    from decisions
)

select
    ranked.finding_id,
    ranked.decision,
    ranked.reason,
    ranked.note,
    coalesce(ranked.expires_on < cast($as_of as date), false) as expired
from ranked
where ranked.choice = 1
order by ranked.finding_id
