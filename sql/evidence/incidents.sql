-- incidents: runs of flagged messages, what they were, whether they came after a warning, and what
--   was new when they began.
-- why: the owner's question is when it happened, why, and whether it happened again.
-- reads: incident_ids, thread_incidents, message_incidents, judged, incident_practice,
--   incident_triggers, incident_notices, incident_novelties, notices
-- emits: incident_id, title, started_at, ended_at, thread_count, message_count, buyer_count,
--   policies, operators, channels, trigger, after_notice_id, recurrence, severity,
--   days_since_notice, trigger_known  one row: one incident
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
        ) as channels,
        max(
            case judged.severity
                when 'low' then 1
                when 'medium' then 2
                when 'high' then 3
                else 4
            end
        ) as severity_rank
    from judged
    inner join message_incidents
        on judged.message_id = message_incidents.message_id
    where judged.status <> 'dismissed'
    group by message_incidents.incident_id
),

too_short as (
    select distinct incident_novelties.incident_id
    from incident_novelties
    where incident_novelties.state = 'unknown'
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
    incident_notices.recurrence,
    case facts.severity_rank
        when 1 then 'low'
        when 2 then 'medium'
        when 3 then 'high'
        else 'critical'
    end as severity,
    cast(
        floor((epoch(incident_ids.started_at) - epoch(notices.received_at)) / 86400.0) as bigint
    ) as days_since_notice,
    case
        when too_short.incident_id is not null then 'unknown: the archive begins too shortly before'
        when incident_triggers.trigger is null then 'nothing new found'
        else 'known'
    end as trigger_known
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
left join notices
    on incident_notices.after_notice_id = notices.notice_id
left join too_short
    on incident_ids.incident_id = too_short.incident_id
order by incident_ids.started_at, incident_ids.incident_id
