-- moved_keys: the ids under which rows are compared for being copies, where a row of the group moved.
-- why: a row of a file that is new, gone or of another name can be the first or a second of its group.
-- reads: rows_now, rows_before, moved_files
-- emits: row_key  one row: one id as given, or the hash that stands for it
select coalesce(rows_now.given_id, rows_now.row_id) as row_key
from rows_now
union
select coalesce(rows_before.given_id, rows_before.row_id) as row_key
from rows_before
inner join moved_files
    on rows_before.source_no = moved_files.source_no
