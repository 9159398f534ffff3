-- totals: a month's key figures by name.
-- why: summary.json, the command line and the report state the same numbers.
-- reads: messages, findings, threads, incidents, queue
-- emits: name, n  one row: one figure
with sent as (
    select
        messages.direction,
        messages.thread_id
    from messages
    where strftime(timezone($timezone, messages.sent_at), '%Y-%m') = $month
),

final as (
    select
        'messages' as name,
        count(*) as n
    from sent
    union all
    select
        'messages_' || sent.direction as name,
        count(*) as n
    from sent
    group by sent.direction
    union all
    select
        'threads' as name,
        count(distinct sent.thread_id) as n
    from sent
    union all
    select
        'findings' as name,
        count(*) as n
    from findings
    union all
    select
        'findings_' || findings.severity as name,
        count(*) as n
    from findings
    where findings.status <> 'dismissed'
    group by findings.severity
    union all
    select
        'findings_' || findings.status as name,
        count(*) as n
    from findings
    group by findings.status
    union all
    select
        'threads_violating' as name,
        count(*) as n
    from threads
    union all
    select
        'incidents' as name,
        count(*) as n
    from incidents
    union all
    select
        'queue' as name,
        count(*) as n
    from queue
)

select
    final.name,
    final.n
from final
order by final.name
