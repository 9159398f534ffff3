-- message_rows: the message rows as read, which of them are duplicates, and the message each one is.
-- why: copies of a row and twins from other sources are rows of one message: it counts once.
-- reads: message_copies, message_twins
-- emits: source_no, row_no, given_id, row_id, is_duplicate, is_renamed, is_twin
--   one row: one row as read
select
    message_copies.source_no,
    message_copies.row_no,
    message_copies.given_id,
    coalesce(kept.row_id, message_copies.row_id) as row_id,
    message_copies.is_duplicate or message_twins.source_no is not null as is_duplicate,
    message_copies.is_renamed,
    message_twins.source_no is not null as is_twin
from message_copies
left join message_copies as told
    on
        message_copies.row_id = told.row_id
        and message_copies.is_duplicate
        and not told.is_duplicate
left join message_twins
    on
        coalesce(told.source_no, message_copies.source_no) = message_twins.source_no
        and coalesce(told.row_no, message_copies.row_no) = message_twins.row_no
left join message_copies as kept
    on
        message_twins.kept_source_no = kept.source_no
        and message_twins.kept_row_no = kept.row_no
order by message_copies.source_no, message_copies.row_no
