-- case_buyers: the buyers a case is held with.
-- why: reviews that carry no order are joined by the buyer's alias.
-- reads: message_keys
-- emits: case_id, buyer_id  one row: one buyer of one case
select distinct
    message_keys.case_id,
    message_keys.buyer_id
from message_keys
where coalesce(message_keys.buyer_id, '') <> ''
order by message_keys.case_id, message_keys.buyer_id
