-- renamed_messages: the messages whose own thread may have another name than before.
-- why: a message's thread is named by itself, its buyer's session, or by its being answered.
-- reads: session_messages, touched_messages, touched_before, messages_base
-- emits: message_id  one row: one message
with answered as (
    select touched_before.reply_id as message_id
    from touched_before
    where touched_before.reply_id is not null
    union
    select split_part(messages_base.reply_to, ' ', 1) as message_id
    from messages_base
    inner join touched_messages
        on messages_base.message_id = touched_messages.message_id
    where messages_base.reply_to is not null
)

select session_messages.message_id
from session_messages
union
select messages_base.message_id
from messages_base
inner join answered
    on messages_base.message_id = answered.message_id
