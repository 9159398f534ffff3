-- outbound_span: from when to when the seller wrote to buyers in what is reported.
-- why: how long there was something to violate in is the second measure of a recurrence, and what was
--   not exported counts only within it.
-- reads: message_keys
-- emits: from_at, to_at  one row: the whole archive
select
    min(message_keys.sent_at) as from_at,
    max(message_keys.sent_at) as to_at
from message_keys
where
    message_keys.direction = 'outbound'
    and message_keys.sent_at >= $since_at
    and message_keys.sent_at < $until_at
