-- files_hold_their_tables: evidence files whose rows, counted as they lie there, are not the table's.
-- why: people work with the files; a file that lacks rows is a wrong table.
-- reads: written
-- emits: file, rows_in, rows_out  one row: one file that does not add up
select
    written.file,
    written.rows_in,
    written.rows_out
from written
where written.rows_in <> written.rows_out
order by written.file
