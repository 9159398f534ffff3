-- incidents: runs of flagged messages, what they were, whether they came after a warning, and what
--   was new when they began.
-- why: the owner's question is when it happened, why, and whether it happened again.
-- reads: incident_ids, thread_incidents, message_incidents, judged, incident_practice,
--   incident_triggers, incident_notices
-- emits: incident_id, title, started_at, ended_at, thread_count, message_count, buyer_count,
--   policies, operators, channels, trigger, after_notice_id, recurrence  one row: one incident
with thread_counts as (
    select
        thread_incidents.incident_id,
        count(*) as thread_count
    from thread_incidents
    group by thread_incidents.incident_id
),

facts as (
    select
        message_incidents.incident_id,
        count(distinct nullif(judged.buyer_id, '')) as buyer_count,
        array_to_string(list_sort(list_distinct(list(judged.policy_id))), ';') as policies,
        array_to_string(
            list_sort(list_distinct(list(judged.operator) filter (judged.operator is not null))),
            ';'
        ) as operators,
        array_to_string(
            list_sort(list_distinct(list(judged.channel) filter (judged.channel is not null))),
            ';'
        ) as channels
    from judged
    inner join message_incidents
        on judged.message_id = message_incidents.message_id
    where judged.status <> 'dismissed'
    group by message_incidents.incident_id
)

select
    incident_ids.incident_id,
    strftime(timezone($timezone, incident_ids.started_at), '%B %Y')
    || coalesce(': ' || replace(incident_practice.policy_id, '-', ' '), '') as title,
    incident_ids.started_at,
    incident_ids.ended_at,
    coalesce(thread_counts.thread_count, 0) as thread_count,
    incident_ids.message_count,
    facts.buyer_count,
    facts.policies,
    facts.operators,
    facts.channels,
    coalesce(incident_triggers.trigger, '') as trigger,
    incident_notices.after_notice_id,
    incident_notices.recurrence
from incident_ids
inner join facts
    on incident_ids.incident_id = facts.incident_id
left join thread_counts
    on incident_ids.incident_id = thread_counts.incident_id
left join incident_practice
    on incident_ids.incident_id = incident_practice.incident_id
left join incident_triggers
    on incident_ids.incident_id = incident_triggers.incident_id
left join incident_notices
    on incident_ids.incident_id = incident_notices.incident_id
order by incident_ids.started_at, incident_ids.incident_id
