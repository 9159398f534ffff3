-- explained_queue: the message's place in the queue.
-- why: what is not sure enough for a finding may still wait for a person's look.
-- reads: queue
-- emits: queue_id, reason, score, matched_text  one row: one entry
select
    queue.queue_id,
    queue.reason,
    queue.score,
    queue.matched_text
from queue
where queue.message_id = $message
order by queue.queue_id
