-- violation_after_measure: messages concerned that were sent after a measure said to be in force.
-- why: a measure that did not work is the first thing quoted back; say why the next one will.
-- reads: measures, context_events, affected_messages
-- emits: remark, table_name, row_id, detail  one row: one measure
with stated as (
    select
        'measures' as table_name,
        measures.measure_id as row_id,
        measures.title,
        cast(measures.measured_on as timestamp) as since
    from measures
    where measures.status = 'done'
    union all
    select
        'context_events' as table_name,
        strftime(context_events.occurred_at, '%Y-%m-%dT%H:%M:%SZ') || '|' || context_events.title
            as row_id,
        context_events.title,
        cast(context_events.occurred_at as timestamp) as since
    from context_events
    where context_events.kind in ('training', 'policy_update', 'control')
),

final as (
    select
        stated.table_name,
        stated.row_id,
        stated.title,
        count(*) as n,
        min(affected_messages.sent_at) as first_at
    from stated
    inner join affected_messages
        on stated.since < cast(affected_messages.sent_at as timestamp)
    where affected_messages.status <> 'dismissed'
    group by
        stated.table_name,
        stated.row_id,
        stated.title
)

select
    'violation after a stated measure' as remark,
    final.table_name,
    final.row_id,
    '"'
    || final.title
    || '": '
    || cast(final.n as varchar)
    || ' messages concerned after it, the first on '
    || strftime(final.first_at, '%Y-%m-%d') as detail
from final
order by final.table_name, final.row_id
