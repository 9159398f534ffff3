-- quarantined: rows that could not be used, with the place and the reason; nothing read is ever lost.
-- why: rows_read = loaded + duplicate + quarantined has to hold for every file.
create or replace table quarantined (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    record_kind varchar not null,
    reason varchar not null,
    raw_excerpt varchar not null
)
