-- naming_messages: the messages that tell what the renamed ones' own threads are called.
-- why: these are they themselves and what answers them.
-- reads: renamed_messages, messages_base
-- emits: message_id  one row: one message
select renamed_messages.message_id
from renamed_messages
union
select messages_base.message_id
from messages_base
inner join renamed_messages
    on split_part(messages_base.reply_to, ' ', 1) = renamed_messages.message_id
