-- notices: what the platform told the seller, once each.
-- why: warnings and deactivations cut the history into before and after.
-- reads: raw_notices, notice_rows, file_names
-- emits: notice_id, received_at, kind, subject, body, source_file, source_locator
--   one row: one notice
select
    notice_rows.row_id as notice_id,
    raw_notices.received_at,
    raw_notices.kind,
    raw_notices.subject,
    raw_notices.body,
    file_names.source_file,
    raw_notices.source_locator
from raw_notices
inner join notice_rows
    on
        raw_notices.source_no = notice_rows.source_no
        and raw_notices.row_no = notice_rows.row_no
inner join file_names
    on raw_notices.source_no = file_names.source_no
where not notice_rows.is_duplicate
order by raw_notices.received_at, notice_rows.row_id
