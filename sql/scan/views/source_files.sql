-- source_files: every file of the inputs, today's and those that are gone, under its present name.
-- why: what was read from a file that is no longer there still counts, and says so.
-- reads: kept_source_files, file_numbers
-- emits: *  one row: as in sql/schema/source_files.sql
select
    file_numbers.source_no,
    file_numbers.source_file,
    kept_source_files.sha256,
    kept_source_files.bytes,
    kept_source_files.reader,
    kept_source_files.record_kind,
    kept_source_files.rows_read,
    kept_source_files.note
from kept_source_files
inner join file_numbers
    on kept_source_files.source_no = file_numbers.file_no
