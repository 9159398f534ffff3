-- cut_cases: the cases of a month's messages.
-- why: what a case holds is told once for it.
-- reads: messages, cut_messages
-- emits: case_id  one row: one case
select distinct messages.case_id
from messages
inner join cut_messages
    on messages.message_id = cut_messages.message_id
order by messages.case_id
