-- message_threads: the thread of every message, and the case that joins related threads.
-- why: the unit of judgement is the conversation, however many threads it was broken into.
-- reads: own_threads, thread_links
-- emits: message_id, thread_id, case_id  one row: one message
with recursive reached as (
    select
        thread_links.thread_id,
        thread_links.other_id
    from thread_links
    union
    select
        reached.thread_id,
        thread_links.other_id
    from reached
    inner join thread_links
        on reached.other_id = thread_links.thread_id
),

heads as (
    select
        reached.thread_id,
        least(reached.thread_id, min(reached.other_id)) as case_id
    from reached
    group by reached.thread_id
)

select
    own_threads.message_id,
    own_threads.thread_id,
    coalesce(heads.case_id, own_threads.thread_id) as case_id
from own_threads
left join heads
    on own_threads.thread_id = heads.thread_id
order by own_threads.message_id
