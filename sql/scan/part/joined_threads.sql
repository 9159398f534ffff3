-- joined_threads: the threads, of before and of now, of the messages whose case may be another one.
-- why: links are between threads.
-- reads: joined_messages, message_threads, own_threads
-- emits: thread_id  one row: one thread
select message_threads.thread_id
from message_threads
inner join joined_messages
    on message_threads.message_id = joined_messages.message_id
union
select own_threads.thread_id
from own_threads
inner join joined_messages
    on own_threads.message_id = joined_messages.message_id
