-- rows_belong_to_threads: links, steps and money of a thread that is not among those concerned.
-- why: whoever deletes a thread leaves these behind.
-- reads: review_links, thread_steps, thread_money, threads
-- emits: table_name, row_id  one row: one table and thread that do not follow
with held as (
    select 'review_links' as table_name, review_links.thread_id from review_links
    union
    select 'thread_steps' as table_name, thread_steps.thread_id from thread_steps
    union
    select 'thread_money' as table_name, thread_money.thread_id from thread_money
)

select
    held.table_name,
    held.thread_id as row_id
from held
left join threads
    on held.thread_id = threads.thread_id
where threads.thread_id is null
order by held.table_name, row_id
