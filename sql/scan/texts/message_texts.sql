-- message_texts: the key of each message's text: direction, subject and body.
-- why: the same text is scanned once, however often and in whatever file it comes.
-- reads: messages_base
-- emits: message_id, text_key  one row: one message
select
    messages_base.message_id,
    sha256(
        messages_base.direction || chr(31) || messages_base.subject || chr(31)
        || messages_base.body
    ) as text_key
from messages_base
