-- threads_match_findings: threads listed without a live finding, or with one and not listed.
-- why: the list of violating threads is what an appeal names; it must be all of them and no more.
-- reads: threads, findings
-- emits: thread_id, is_listed  one row: one thread wrongly listed or missing
with live as (
    select distinct findings.thread_id
    from findings
    where findings.status <> 'dismissed'
)

select
    coalesce(threads.thread_id, live.thread_id) as thread_id,
    threads.thread_id is not null as is_listed
from threads
full outer join live
    on threads.thread_id = live.thread_id
where threads.thread_id is null or live.thread_id is null
order by coalesce(threads.thread_id, live.thread_id)
