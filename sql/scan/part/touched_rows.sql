-- touched_rows: the message rows, of before and of now, whose fate has to be decided again.
-- why: a group of duplicates is decided as a whole.
-- reads: message_copies, before_message_copies, moved_keys, moved_files
-- emits: source_no, row_no  one row: one row as read
select
    message_copies.source_no,
    message_copies.row_no
from message_copies
union
select
    before_message_copies.source_no,
    before_message_copies.row_no
from before_message_copies
inner join moved_files
    on before_message_copies.source_no = moved_files.source_no
union
select
    before_message_copies.source_no,
    before_message_copies.row_no
from before_message_copies
inner join moved_keys
    on coalesce(before_message_copies.given_id, before_message_copies.row_id) = moved_keys.row_key
