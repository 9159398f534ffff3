-- cut_incidents: the incidents that a month's findings belong to.
-- why: an incident keeps its name and its whole length, also where it began a month before.
-- reads: findings, shown_findings
-- emits: incident_id  one row: one incident
select distinct findings.incident_id
from findings
inner join shown_findings
    on findings.finding_id = shown_findings.finding_id
where findings.incident_id is not null
order by findings.incident_id
