-- cut_threads: the conversations that a month's findings stand in.
-- why: a finding is read in its conversation, whichever month that began in.
-- reads: findings, shown_findings
-- emits: thread_id  one row: one thread
select distinct findings.thread_id
from findings
inner join shown_findings
    on findings.finding_id = shown_findings.finding_id
order by findings.thread_id
