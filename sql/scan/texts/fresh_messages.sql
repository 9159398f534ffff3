-- fresh_messages: messages that no earlier scan has seen.
-- why: the scan that first saw a message is kept for good, whatever rules come later; the same text in
--   a message that comes later is news, however often it was sent before.
-- reads: message_texts, seen_messages
-- emits: message_id, scan_no  one row: one message
select
    message_texts.message_id,
    cast($scan_no as bigint) as scan_no
from message_texts
left join seen_messages
    on message_texts.message_id = seen_messages.message_id
where seen_messages.message_id is null
