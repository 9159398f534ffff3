-- message_incidents: the incident of every flagged message, and why it belongs to it.
-- why: findings carry it, and a thread belongs to the incident of its first flagged message.
-- reads: incident_messages, incident_ids
-- emits: message_id, thread_id, sent_at, incident_id, gap_hours, membership
--   one row: one flagged message
select
    incident_messages.message_id,
    incident_messages.thread_id,
    incident_messages.sent_at,
    incident_ids.incident_id,
    incident_messages.gap_hours,
    incident_messages.membership
from incident_messages
inner join incident_ids
    on incident_messages.run_no = incident_ids.run_no
order by incident_messages.sent_at, incident_messages.message_id
