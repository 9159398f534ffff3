-- sources: every file of the input, what it was read as, and what became of its rows.
-- why: rows_read = loaded + duplicate + quarantined, always; an unread file says why in its note.
-- reads: source_files, row_fates, quarantined
-- emits: source_file, sha256, bytes, reader, record_kind, rows_read, rows_loaded, rows_duplicate,
--   rows_quarantined, note  one row: one file and kind of record
with refused as (
    select
        quarantined.source_no,
        quarantined.record_kind,
        count(*) as n
    from quarantined
    group by quarantined.source_no, quarantined.record_kind
)

select
    source_files.source_file,
    source_files.sha256,
    source_files.bytes,
    source_files.reader,
    source_files.record_kind,
    source_files.rows_read,
    coalesce(row_fates.n_loaded, 0) as rows_loaded,
    coalesce(row_fates.n_duplicate, 0) as rows_duplicate,
    coalesce(refused.n, 0) as rows_quarantined,
    source_files.note
from source_files
left join row_fates
    on
        source_files.source_no = row_fates.source_no
        and source_files.record_kind = row_fates.record_kind
left join refused
    on
        source_files.source_no = refused.source_no
        and source_files.record_kind = refused.record_kind
order by source_files.source_file, source_files.record_kind
