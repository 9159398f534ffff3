-- unread_queue: messages worth a look that nobody has looked at.
-- why: an appeal that lists everything may not leave a pile unread.
-- reads: queue
-- emits: remark, table_name, row_id, detail  one row: one waiting message
select
    'unread message' as remark,
    'queue' as table_name,
    queue.queue_id as row_id,
    queue.reason as detail
from queue
order by queue.score desc, row_id
