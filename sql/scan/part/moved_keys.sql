-- moved_keys: the ids under which rows are compared for being copies, where a row of the group moved.
-- why: a row of a file that is new, gone or of another name can be the first or a second of its group.
-- reads: message_copies, before_message_copies, moved_files
-- emits: row_key  one row: one id as given, or the hash that stands for it
select coalesce(message_copies.given_id, message_copies.row_id) as row_key
from message_copies
union
select coalesce(before_message_copies.given_id, before_message_copies.row_id) as row_key
from before_message_copies
inner join moved_files
    on before_message_copies.source_no = moved_files.source_no
