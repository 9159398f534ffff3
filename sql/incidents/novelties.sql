-- novelties: what came up for the first time in the archive: channels, operators, platform
--   templates, wordings, and the launches the context tells of.
-- why: an incident's trigger is what was new at its start; a first use counts only where the archive
--   already holds $gap_days of history before it, else nobody can say that it was new.
-- reads: message_keys, said, context_events, phrase_uses
-- emits: kind, name, first_at, first_message_id, n_messages, history_days
--   one row: one thing that was new
with history as (
    select min(message_keys.sent_at) as began_at
    from message_keys
),

uses as (
    select
        'channel' as kind,
        message_keys.channel as name,
        min(message_keys.sent_at) as first_at,
        arg_min(message_keys.message_id, (message_keys.sent_at, message_keys.message_id))
            as first_message_id,
        count(*) as n_messages
    from message_keys
    where message_keys.direction = 'outbound' and coalesce(message_keys.channel, '') <> ''
    group by message_keys.channel
    union all
    select
        'operator' as kind,
        message_keys.operator as name,
        min(message_keys.sent_at) as first_at,
        arg_min(message_keys.message_id, (message_keys.sent_at, message_keys.message_id))
            as first_message_id,
        count(*) as n_messages
    from message_keys
    where message_keys.direction = 'outbound' and message_keys.operator is not null
    group by message_keys.operator
    union all
    select
        'template' as kind,
        said.rule_id as name,
        min(said.sent_at) as first_at,
        arg_min(said.message_id, (said.sent_at, said.message_id)) as first_message_id,
        count(distinct said.message_id) as n_messages
    from said
    where said.signal = 'platform_template' and said.direction = 'outbound'
    group by said.rule_id
    union all
    select
        'phrase' as kind,
        phrase_uses.phrase_id as name,
        min(phrase_uses.sent_at) as first_at,
        arg_min(phrase_uses.message_id, (phrase_uses.sent_at, phrase_uses.message_id))
            as first_message_id,
        count(distinct phrase_uses.message_id) as n_messages
    from phrase_uses
    group by phrase_uses.phrase_id
    union all
    select
        'launch' as kind,
        context_events.title as name,
        min(context_events.occurred_at) as first_at,
        cast(null as varchar) as first_message_id,
        0 as n_messages
    from context_events
    where context_events.kind = 'feature_launch'
    group by context_events.title
)

select
    uses.kind,
    uses.name,
    uses.first_at,
    uses.first_message_id,
    uses.n_messages,
    (epoch(uses.first_at) - epoch(history.began_at)) / 86400.0 as history_days
from uses
cross join history
order by uses.first_at, uses.kind, uses.name
