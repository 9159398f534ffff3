-- joined_threads: the threads, of before and of now, of the messages whose case may be another one.
-- why: links are between threads.
-- reads: threads_before, own_threads_now
-- emits: thread_id  one row: one thread
select threads_before.thread_id
from threads_before
union
select own_threads_now.thread_id
from own_threads_now
