-- incidents_follow_messages: series whose counts or dates are not those of their messages.
-- why: the numbers of the Plan of Action are taken from here.
-- reads: incidents, affected_messages
-- emits: table_name, row_id  one row: one series that does not follow
with held as (
    select
        affected_messages.incident_id,
        count(*) as message_count,
        min(affected_messages.sent_at) as started_at,
        max(affected_messages.sent_at) as ended_at
    from affected_messages
    where
        affected_messages.status <> 'dismissed'
        and affected_messages.incident_id is not null
    group by affected_messages.incident_id
),

final as (
    select
        'incidents' as table_name,
        coalesce(incidents.incident_id, held.incident_id) as row_id
    from incidents
    full outer join held
        on incidents.incident_id = held.incident_id
    where
        incidents.message_count is distinct from held.message_count
        or incidents.started_at is distinct from held.started_at
        or incidents.ended_at is distinct from held.ended_at
)

select
    final.table_name,
    final.row_id
from final
order by final.row_id
