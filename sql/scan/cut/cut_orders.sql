-- cut_orders: the orders that a month's messages are about.
-- why: refunds and reviews are joined by them.
-- reads: messages, cut_messages
-- emits: order_id  one row: one order
select distinct messages.order_id
from messages
inner join cut_messages
    on messages.message_id = cut_messages.message_id
where messages.order_id is not null
order by messages.order_id
