-- explained_withdrawal: why what a message asks does not count, where its conversation takes it back.
-- why: such an ask reaches no verdict, so nothing else would say what stopped it.
-- reads: asks_withdrawn
-- emits: reason  one row: the message, if its asks do not count
select asks_withdrawn.reason
from asks_withdrawn
where asks_withdrawn.message_id = $message
