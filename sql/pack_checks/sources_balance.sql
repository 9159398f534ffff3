-- sources_balance: source files whose rows read are not loaded, duplicate or set aside.
-- why: no row may get lost between the file and the tables.
-- reads: sources
-- emits: table_name, row_id  one row: one file that does not balance
select
    'sources' as table_name,
    sources.source_file as row_id
from sources
where
    sources.rows_read
    <> sources.rows_loaded + sources.rows_duplicate + sources.rows_quarantined
order by row_id
