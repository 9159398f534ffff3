-- attachments: the files that came with messages and notices: name, size and hash.
-- why: a photo of a box insert is evidence; the hash proves which file it was. What came with a copy of
--   a message is the message's, once.
-- reads: raw_attachments, raw_messages, message_rows, file_names
-- emits: message_id, name, media_type, bytes, sha256, source_file, source_locator
--   one row: one file of one message (or of a mail that is no message)
with placed as (
    select
        message_rows.row_id as message_id,
        raw_attachments.name,
        raw_attachments.media_type,
        raw_attachments.bytes,
        raw_attachments.sha256,
        raw_attachments.source_no,
        raw_attachments.source_locator,
        coalesce(message_rows.is_duplicate, false) as is_duplicate
    from raw_attachments
    left join raw_messages
        on
            raw_attachments.source_no = raw_messages.source_no
            and raw_attachments.source_locator = raw_messages.source_locator
    left join message_rows
        on
            raw_messages.source_no = message_rows.source_no
            and raw_messages.row_no = message_rows.row_no
)

select
    placed.message_id,
    placed.name,
    placed.media_type,
    placed.bytes,
    placed.sha256,
    file_names.source_file,
    placed.source_locator
from placed
inner join file_names
    on placed.source_no = file_names.source_no
where not placed.is_duplicate
order by file_names.source_file, placed.source_locator, placed.name, placed.sha256
