-- cleared_threads_are_clear: conversations listed as cleared in which something stands.
-- why: one wrong row makes the whole list worthless.
-- reads: cleared_threads, findings
-- emits: table_name, row_id  one row: one thread that is not clear
select distinct
    'cleared_threads' as table_name,
    cleared_threads.thread_id as row_id
from cleared_threads
inner join findings
    on cleared_threads.thread_id = findings.thread_id
where findings.status <> 'dismissed'
order by row_id
