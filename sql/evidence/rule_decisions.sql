-- rule_decisions: how people decided of each rule's findings, and whether it earns its keep.
-- why: a rule that is mostly dismissed costs more trust than it brings; below ten decided findings
--   nothing is said. "not-ours" and "duplicate" say nothing against a rule.
-- reads: findings
-- emits: rule_id, n_findings, n_decided, n_dismissed, dismissed_share, hint  one row: one rule
with counted as (
    select
        findings.rule_id,
        count(*) as n_findings,
        count(*) filter (where findings.status <> 'open') as n_decided,
        count(*) filter (
            where
            findings.status = 'dismissed'
            and coalesce(findings.decision_reason, '') not in ('duplicate', 'not-ours')
        ) as n_dismissed
    from findings
    group by findings.rule_id
)

select
    counted.rule_id,
    counted.n_findings,
    counted.n_decided,
    counted.n_dismissed,
    case
        when counted.n_decided > 0
            then cast(round(counted.n_dismissed / counted.n_decided, 2) as double)
    end as dismissed_share,
    case
        when counted.n_decided < 10 then 'too few decisions to say'
        when counted.n_dismissed / counted.n_decided < 0.2 then 'keep'
        when counted.n_dismissed / counted.n_decided < 0.6 then 'tune'
        else 'retire'
    end as hint
from counted
order by counted.rule_id
