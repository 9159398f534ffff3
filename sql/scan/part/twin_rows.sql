-- twin_rows: the rows that repeat a message of another source, with the id and the thread they give it.
-- why: what answers a twin, or stands in its thread, belongs to the case of the message it repeats.
-- reads: message_rows, raw_messages
-- emits: message_id, given_id, thread_id  one row: one row as read
select
    message_rows.row_id as message_id,
    message_rows.given_id,
    raw_messages.thread_id
from message_rows
inner join raw_messages
    on
        message_rows.source_no = raw_messages.source_no
        and message_rows.row_no = raw_messages.row_no
where message_rows.is_twin
