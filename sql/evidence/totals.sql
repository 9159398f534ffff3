-- totals: the run's key figures by name.
-- why: summary.json, the command line and the report state the same numbers.
-- reads: message_keys, messages, findings, threads, incidents, queue
-- emits: name, n  one row: one figure
with directions as (
    select
        'messages_' || messages.direction as name,
        count(*) as n
    from messages
    group by messages.direction
),

severities as (
    select
        'findings_' || findings.severity as name,
        count(*) as n
    from findings
    where findings.status <> 'dismissed'
    group by findings.severity
),

statuses as (
    select
        'findings_' || findings.status as name,
        count(*) as n
    from findings
    group by findings.status
),

final as (
    select
        'messages' as name,
        count(*) as n
    from messages
    union all
    select * from directions
    union all
    select
        'findings' as name,
        count(*) as n
    from findings
    union all
    select * from severities
    union all
    select * from statuses
    union all
    select
        'threads' as name,
        count(distinct message_keys.thread_id) as n
    from message_keys
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
