-- claimed_messages: the messages that something may be flagged in.
-- why: their texts are compared with each other before it is known what is flagged.
-- reads: weighed, second_opinions, taken_offers
-- emits: message_id  one row: one message
select weighed.message_id
from weighed
union
select second_opinions.message_id
from second_opinions
union
select taken_offers.message_id
from taken_offers
