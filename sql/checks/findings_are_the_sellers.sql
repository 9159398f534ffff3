-- findings_are_the_sellers: findings in messages that the seller side did not write.
-- why: what the buyer writes never is a violation; neither is a message of an unknown side.
-- reads: findings
-- emits: finding_id, direction, rule_id  one row: one finding of the wrong side
select
    findings.finding_id,
    findings.direction,
    findings.rule_id
from findings
where
    coalesce(findings.direction, '') not in ('outbound', 'internal')
    and findings.rule_id <> 'decision'
order by findings.finding_id
