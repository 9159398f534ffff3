-- case_orders: the orders a case is about.
-- why: money and reviews are joined to conversations by order.
-- reads: message_keys
-- emits: case_id, order_id  one row: one order of one case
select distinct
    message_keys.case_id,
    message_keys.order_id
from message_keys
where coalesce(message_keys.order_id, '') <> ''
order by message_keys.case_id, message_keys.order_id
