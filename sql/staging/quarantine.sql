-- quarantine: every row that could not be used, with its place and the reason.
-- why: nothing read is lost silently; a person can look each one up.
-- reads: quarantined, file_names
-- emits: source_file, source_locator, reason, raw_excerpt  one row: one row not used
select
    file_names.source_file,
    quarantined.source_locator,
    quarantined.reason,
    quarantined.raw_excerpt
from quarantined
inner join file_names
    on quarantined.source_no = file_names.source_no
order by quarantined.source_no, quarantined.row_no
