-- provenances: every place of a message that stands in several: what counts, its copies and twins.
-- why: a message that two sources tell is one message with two provenances, and better evidence for it.
-- reads: message_rows, raw_messages, file_names
-- emits: message_id, source_file, source_locator, provenance, given_id  one row: one row as read
with several as (
    select distinct message_rows.row_id
    from message_rows
    where message_rows.is_duplicate
)

select
    message_rows.row_id as message_id,
    file_names.source_file,
    raw_messages.source_locator,
    case
        when not message_rows.is_duplicate then 'counted'
        when message_rows.is_twin then 'told by another source'
        else 'copy'
    end as provenance,
    message_rows.given_id
from message_rows
inner join several
    on message_rows.row_id = several.row_id
inner join raw_messages
    on
        message_rows.source_no = raw_messages.source_no
        and message_rows.row_no = raw_messages.row_no
inner join file_names
    on message_rows.source_no = file_names.source_no
order by message_rows.row_id, message_rows.source_no, message_rows.row_no
