-- touched_rows: the rows of one kind, of before and of now, whose fate has to be decided again.
-- why: a group of duplicates is decided as a whole.
-- reads: rows_now, rows_before, moved_keys, moved_files
-- emits: source_no, row_no  one row: one row as read
select
    rows_now.source_no,
    rows_now.row_no
from rows_now
union
select
    rows_before.source_no,
    rows_before.row_no
from rows_before
inner join moved_files
    on rows_before.source_no = moved_files.source_no
union
select
    rows_before.source_no,
    rows_before.row_no
from rows_before
inner join moved_keys
    on coalesce(rows_before.given_id, rows_before.row_id) = moved_keys.row_key
