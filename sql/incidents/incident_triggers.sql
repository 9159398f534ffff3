-- incident_triggers: what was new when an incident began and was used in its threads.
-- why: a thing is named only where the threads of the incident used it (a launch names the channel
--   or stands alone) and it came up within $gap_days before the first flagged message.
-- reads: incident_ids, thread_incidents, message_keys, said, novelties
-- emits: incident_id, trigger  one row: one incident that had something new
with used as (
    select distinct
        thread_incidents.incident_id,
        'channel' as kind,
        message_keys.channel as name
    from thread_incidents
    inner join message_keys
        on thread_incidents.thread_id = message_keys.thread_id
    where message_keys.direction = 'outbound'
    union
    select distinct
        thread_incidents.incident_id,
        'operator' as kind,
        message_keys.operator as name
    from thread_incidents
    inner join message_keys
        on thread_incidents.thread_id = message_keys.thread_id
    where message_keys.direction = 'outbound'
    union
    select distinct
        thread_incidents.incident_id,
        'template' as kind,
        said.rule_id as name
    from thread_incidents
    inner join said
        on thread_incidents.thread_id = said.thread_id
    where said.signal = 'platform_template' and said.direction = 'outbound'
),

recent as (
    select
        incident_ids.incident_id,
        novelties.kind,
        novelties.name,
        novelties.first_at
    from incident_ids
    inner join novelties
        on
            novelties.first_at <= incident_ids.started_at
            and novelties.first_at
            >= incident_ids.started_at - $gap_days * interval 1 day
    where novelties.history_days >= $gap_days
),

new_and_used as (
    select recent.*
    from recent
    inner join used
        on
            recent.incident_id = used.incident_id
            and recent.kind = used.kind
            and recent.name = used.name
    union all
    select recent.*
    from recent
    where recent.kind = 'launch'
),

worded as (
    select
        new_and_used.incident_id,
        new_and_used.first_at,
        case new_and_used.kind
            when 'channel' then 1
            when 'template' then 2
            when 'launch' then 3
            else 4
        end as place,
        new_and_used.kind || ' ' || new_and_used.name || ' (new on '
        || strftime(timezone($timezone, new_and_used.first_at), '%Y-%m-%d') || ')' as words
    from new_and_used
)

select
    worded.incident_id,
    string_agg(worded.words, '; ' order by worded.place, worded.first_at, worded.words) as trigger
from worded
group by worded.incident_id
order by worded.incident_id
