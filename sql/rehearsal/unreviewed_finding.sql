-- unreviewed_finding: findings that no person has confirmed or dismissed.
-- why: a list that nobody has read is a machine's opinion.
-- reads: findings
-- emits: remark, table_name, row_id, detail  one row: one finding
select
    'unreviewed finding' as remark,
    'findings' as table_name,
    findings.finding_id as row_id,
    findings.policy_id || ' on ' || strftime(timezone('UTC', findings.sent_at), '%Y-%m-%d')
    || ' stands without a decision' as detail
from findings
where findings.status = 'open'
order by findings.sent_at, row_id
