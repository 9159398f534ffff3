-- accounts_balance: rows read that are not loaded, duplicate or quarantined, or counted twice.
-- why: nothing read may be lost; for every file in = out + duplicates + quarantined.
-- reads: sources
-- emits: source_file, record_kind, rows_read, accounted  one row: one file that does not add up
select
    sources.source_file,
    sources.record_kind,
    sources.rows_read,
    sources.rows_loaded + sources.rows_duplicate + sources.rows_quarantined as accounted
from sources
where
    sources.rows_read
    <> sources.rows_loaded + sources.rows_duplicate + sources.rows_quarantined
order by sources.source_file, sources.record_kind
