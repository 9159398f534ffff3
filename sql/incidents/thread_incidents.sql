-- thread_incidents: the incident each violating thread belongs to: that of its first flagged message.
-- why: a thread is counted once, even when its messages reach into a later run.
-- reads: message_incidents
-- emits: thread_id, incident_id  one row: one violating thread
with ranked as (
    select
        message_incidents.thread_id,
        message_incidents.incident_id,
        row_number() over (
            partition by message_incidents.thread_id
            order by message_incidents.sent_at, message_incidents.message_id
        ) as choice
    from message_incidents
)

select
    ranked.thread_id,
    ranked.incident_id
from ranked
where ranked.choice = 1
order by ranked.thread_id
