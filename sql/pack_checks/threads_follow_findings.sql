-- threads_follow_findings: concerned threads without a live finding, and the other way round.
-- why: the list of orders in an appeal has to be whole and has to hold nothing else.
-- reads: threads, findings
-- emits: table_name, row_id  one row: one thread that does not follow
with found as (
    select
        findings.thread_id,
        array_to_string(list_sort(list(distinct findings.policy_id)), ';') as policies
    from findings
    where findings.status <> 'dismissed'
    group by findings.thread_id
),

final as (
    select
        'threads' as table_name,
        coalesce(threads.thread_id, found.thread_id) as row_id
    from threads
    full outer join found
        on threads.thread_id = found.thread_id
    where threads.policies is distinct from found.policies
)

select
    final.table_name,
    final.row_id
from final
order by final.row_id
