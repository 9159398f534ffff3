-- session_messages: the touched messages and all others of their buyers.
-- why: a buyer's messages fall into sessions together.
-- reads: touched_messages, touched_before, messages_base
-- emits: message_id  one row: one message
with buyers as (
    select touched_before.buyer_id
    from touched_before
    where touched_before.buyer_id is not null
    union
    select messages_base.buyer_id
    from messages_base
    inner join touched_messages
        on messages_base.message_id = touched_messages.message_id
    where messages_base.buyer_id is not null
)

select touched_messages.message_id
from touched_messages
union
select messages_base.message_id
from messages_base
inner join buyers
    on messages_base.buyer_id = buyers.buyer_id
