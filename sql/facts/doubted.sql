-- doubted: seller messages of which the second reader is nearly sure that they are harmless.
-- why: where a rule matches weakly and the whole message reads like ordinary service, a person
--   decides: it goes to the top of the queue and is no finding until somebody confirms it.
-- reads: said
-- emits: message_id  one row: one message
select distinct said.message_id
from said
where said.signal = 'second_reader' and said.score < $second_reader_doubt
order by said.message_id
