-- touched_before: whom the touched messages were from or to, and what they answered, before the scan.
-- why: a message that goes or changes leaves others behind that were joined by it.
-- reads: touched_messages, messages_base
-- emits: message_id, buyer_id, reply_id  one row: one message of before
select
    messages_base.message_id,
    messages_base.buyer_id,
    split_part(messages_base.reply_to, ' ', 1) as reply_id
from messages_base
inner join touched_messages
    on messages_base.message_id = touched_messages.message_id
