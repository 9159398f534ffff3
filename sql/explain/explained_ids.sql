-- explained_ids: the message that a finding or a queue entry is about.
-- why: people hold the id they read in a table; both kinds lead to a message.
-- reads: findings, queue
-- emits: message_id  one row: one message
select findings.message_id
from findings
where findings.finding_id = $id
union
select queue.message_id
from queue
where queue.queue_id = $id
order by message_id
