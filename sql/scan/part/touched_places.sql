-- touched_places: where the rows of the touched messages stand.
-- why: what the counted row leaves open its copies and twins may tell.
-- reads: message_rows, touched_messages
-- emits: source_no, row_no  one row: one row as read
select
    message_rows.source_no,
    message_rows.row_no
from message_rows
inner join touched_messages
    on message_rows.row_id = touched_messages.message_id
