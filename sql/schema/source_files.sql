-- source_files: every file of the input, read or not; one row a file and kind of record.
-- why: the audit is only as complete as what it could read, and must say what it could not.
create or replace table source_files (
    source_no integer not null,
    source_file varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    reader varchar not null,
    record_kind varchar not null,
    rows_read bigint not null,
    note varchar not null
)
