-- message_texts: the key of each message's text: direction, subject and body.
-- why: the same text is scanned once, however often and in whatever file it comes. The first half of
--   the hash, as a number: half as much to keep, and to compare, as its digits.
-- reads: messages_base
-- emits: message_id, text_key  one row: one message
select
    messages_base.message_id,
    cast(
        left(
            sha256(
                messages_base.direction || chr(31) || messages_base.subject || chr(31)
                || messages_base.body
            ), 32
        ) as uuid
    ) as text_key
from messages_base
