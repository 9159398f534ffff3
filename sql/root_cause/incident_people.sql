-- incident_people: who wrote the flagged messages of each incident, and what is known of them.
-- why: habit, training and news are questions about persons; the archive answers with dates alone. A
--   record names a person by whole words only: an annual training does not name Ann.
-- reads: judged, message_incidents, incident_ids, message_keys, context_events
-- emits: incident_id, operator, first_at, n_messages, n_threads, first_message_id,
--   first_use_at, n_own_threads, earlier_messages, earlier_at, training_at, training_title,
--   training_names_them  one row: one incident and person
with mine as (
    select distinct
        message_incidents.incident_id,
        judged.operator,
        judged.message_id,
        judged.thread_id,
        judged.direction,
        judged.sent_at
    from judged
    inner join message_incidents
        on judged.message_id = message_incidents.message_id
    where judged.status <> 'dismissed' and judged.operator is not null
),

people as (
    select
        mine.incident_id,
        mine.operator,
        min(mine.sent_at) as first_at,
        count(distinct mine.message_id) as n_messages,
        count(distinct mine.thread_id) filter (where mine.direction = 'outbound') as n_threads,
        arg_min(mine.message_id, (mine.sent_at, mine.message_id)) as first_message_id
    from mine
    group by mine.incident_id, mine.operator
),

careers as (
    select
        message_keys.operator,
        min(message_keys.sent_at) as first_use_at,
        count(distinct message_keys.thread_id) as n_own_threads
    from message_keys
    where message_keys.direction = 'outbound' and message_keys.operator is not null
    group by message_keys.operator
),

earlier as (
    select
        people.incident_id,
        people.operator,
        count(distinct mine.message_id) as n_messages,
        min(mine.sent_at) as first_at
    from people
    inner join incident_ids
        on people.incident_id = incident_ids.incident_id
    inner join mine
        on people.operator = mine.operator and mine.sent_at < incident_ids.started_at
    group by people.incident_id, people.operator
),

trainings as (
    select
        people.incident_id,
        people.operator,
        context_events.occurred_at,
        context_events.title,
        regexp_matches(
            lower(context_events.title || ' ' || coalesce(context_events.detail, '')),
            '(^|[^\p{L}\p{N}])' || regexp_escape(lower(people.operator)) || '($|[^\p{L}\p{N}])'
        ) as names_them,
        row_number() over (
            partition by people.incident_id, people.operator
            order by context_events.occurred_at desc, context_events.title
        ) as choice
    from people
    inner join context_events
        on context_events.occurred_at < people.first_at
    where context_events.kind = 'training'
)

select
    people.incident_id,
    people.operator,
    people.first_at,
    people.n_messages,
    people.n_threads,
    people.first_message_id,
    careers.first_use_at,
    coalesce(careers.n_own_threads, 0) as n_own_threads,
    coalesce(earlier.n_messages, 0) as earlier_messages,
    earlier.first_at as earlier_at,
    trainings.occurred_at as training_at,
    trainings.title as training_title,
    trainings.names_them as training_names_them
from people
left join careers
    on people.operator = careers.operator
left join earlier
    on people.incident_id = earlier.incident_id and people.operator = earlier.operator
left join trainings
    on
        people.incident_id = trainings.incident_id
        and people.operator = trainings.operator
        and trainings.choice = 1
order by people.first_at, people.incident_id, people.operator
