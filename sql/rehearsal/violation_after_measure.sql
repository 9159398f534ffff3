-- violation_after_measure: messages concerned that were sent after a measure said to be in force.
-- why: a measure that did not work is the first thing quoted back; say why the next one will.
-- reads: measures, context_events, affected_messages, archive
-- emits: remark, table_name, row_id, detail  one row: one measure
with stated as (
    select
        'measures' as table_name,
        measures.measure_id as row_id,
        measures.title,
        timezone(
            archive.timezone, cast(measures.measured_on as timestamp) + interval 1 day
        ) as since
    from measures
    cross join archive
    where measures.status = 'done'
    union all
    select
        'context_events' as table_name,
        strftime(timezone('UTC', context_events.occurred_at), '%Y-%m-%dT%H:%M:%SZ')
        || '|' || context_events.title as row_id,
        context_events.title,
        context_events.occurred_at as since
    from context_events
    where context_events.kind in ('training', 'policy_update', 'control')
),

final as (
    select
        stated.table_name,
        stated.row_id,
        stated.title,
        count(*) as n,
        strftime(
            min(timezone(archive.timezone, affected_messages.sent_at)), '%Y-%m-%d'
        ) as first_day
    from stated
    cross join archive
    inner join affected_messages
        on stated.since <= affected_messages.sent_at
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
    || final.first_day as detail
from final
order by final.table_name, final.row_id
