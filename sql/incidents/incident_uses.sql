-- incident_uses: the channels, operators, templates and wordings that an incident's threads used.
-- why: what is new without having been used there explains nothing.
-- reads: thread_incidents, message_keys, said, incident_phrases
-- emits: incident_id, kind, name, shown, n_threads  one row: one incident and thing used
select
    thread_incidents.incident_id,
    'channel' as kind,
    message_keys.channel as name,
    message_keys.channel as shown,
    count(distinct message_keys.thread_id) as n_threads
from thread_incidents
inner join message_keys
    on thread_incidents.thread_id = message_keys.thread_id
where message_keys.direction = 'outbound' and coalesce(message_keys.channel, '') <> ''
group by thread_incidents.incident_id, message_keys.channel
union all
select
    thread_incidents.incident_id,
    'operator' as kind,
    message_keys.operator as name,
    message_keys.operator as shown,
    count(distinct message_keys.thread_id) as n_threads
from thread_incidents
inner join message_keys
    on thread_incidents.thread_id = message_keys.thread_id
where message_keys.direction = 'outbound' and message_keys.operator is not null
group by thread_incidents.incident_id, message_keys.operator
union all
select
    thread_incidents.incident_id,
    'template' as kind,
    said.rule_id as name,
    said.rule_id as shown,
    count(distinct said.thread_id) as n_threads
from thread_incidents
inner join said
    on thread_incidents.thread_id = said.thread_id
where said.signal = 'platform_template' and said.direction = 'outbound'
group by thread_incidents.incident_id, said.rule_id
union all
select
    incident_phrases.incident_id,
    'phrase' as kind,
    incident_phrases.phrase_id as name,
    '"' || substr(incident_phrases.example, 1, 60)
    || case when length(incident_phrases.example) > 60 then '…"' else '"' end as shown,
    incident_phrases.n_messages as n_threads
from incident_phrases
order by incident_id, kind, name
