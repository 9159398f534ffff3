-- cut_queue: the queue entries of a month.
-- why: what is worth a look this month; earlier entries stand in the earlier months.
-- reads: queue
-- emits: queue_id  one row: one entry
select queue.queue_id
from queue
where strftime(timezone($timezone, queue.sent_at), '%Y-%m') = $month
order by queue.queue_id
