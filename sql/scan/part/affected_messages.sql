-- affected_messages: the messages of the cases that are judged again.
-- why: a case is judged as a whole.
-- reads: affected_cases, message_threads, threads_before
-- emits: message_id  one row: one message, of before or of now
select message_threads.message_id
from message_threads
inner join affected_cases
    on message_threads.case_id = affected_cases.case_id
union
select threads_before.message_id
from threads_before
inner join affected_cases
    on threads_before.case_id = affected_cases.case_id
