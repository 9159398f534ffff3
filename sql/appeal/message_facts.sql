-- message_facts: what is known of a flagged message besides what was found in it.
-- why: origin, incident and source row are what a stranger checks first. The order is what the
--   platform knows a message by: where the message does not name it, its conversation's is taken,
--   then the one order of its case; order_from says which.
-- reads: findings, messages, message_keys, case_orders, message_incidents, incidents, signals,
--   wording_uses, incident_factors, sources
-- emits: incident_id, marketplace, channel, order_id, order_from, asin, buyer_id, thread_id,
--   message_id, sent_at, sent_at_local, direction, operator, origin, language, translation,
--   ruleset_version, condition, delivered, after_notice_id, causes, source_file, source_locator,
--   source_sha256, body_sha256  one row: one flagged message
with flagged as (
    select
        findings.message_id,
        bool_or(
            findings.policy_id in ('refund-for-review-change', 'compensated-review')
            and findings.status <> 'dismissed'
        ) as is_paid
    from findings
    group by findings.message_id
),

thread_orders as (
    select
        message_keys.thread_id,
        min(message_keys.order_id) as order_id
    from message_keys
    where coalesce(message_keys.order_id, '') <> ''
    group by message_keys.thread_id
    having count(distinct message_keys.order_id) = 1
),

sole_orders as (
    select
        case_orders.case_id,
        min(case_orders.order_id) as order_id
    from case_orders
    group by case_orders.case_id
    having count(*) = 1
),

spoken as (
    select
        signals.message_id,
        bool_or(
            signals.signal = 'platform_template' and signals.stopped_by is null
        ) as is_template,
        bool_or(signals.conditional) as is_conditional
    from signals
    group by signals.message_id
),

repeated as (
    select
        wording_uses.wording,
        count(distinct wording_uses.message_id) as uses
    from wording_uses
    group by wording_uses.wording
),

macros as (
    select
        wording_uses.message_id,
        max(repeated.uses) as uses
    from wording_uses
    inner join repeated
        on wording_uses.wording = repeated.wording
    group by wording_uses.message_id
),

causes as (
    select
        incident_factors.incident_id,
        array_to_string(list_sort(list(distinct incident_factors.cause)), ';') as causes
    from incident_factors
    where incident_factors.stance = 'for'
    group by incident_factors.incident_id
),

files as (
    select
        sources.source_file,
        min(sources.sha256) as sha256
    from sources
    group by sources.source_file
)

select
    message_incidents.incident_id,
    messages.marketplace,
    messages.channel,
    coalesce(
        nullif(messages.order_id, ''), thread_orders.order_id, sole_orders.order_id
    ) as order_id,
    case
        when coalesce(messages.order_id, '') <> '' then 'message'
        when thread_orders.order_id is not null then 'conversation'
        when sole_orders.order_id is not null then 'case'
    end as order_from,
    messages.asin,
    messages.buyer_id,
    messages.thread_id,
    messages.message_id,
    messages.sent_at,
    strftime(timezone($timezone, messages.sent_at), '%Y-%m-%d %H:%M:%S') as sent_at_local,
    messages.direction,
    messages.operator,
    case
        when spoken.is_template then 'platform-template'
        when macros.uses > 1 then 'repeated-text'
        else 'free-text'
    end as origin,
    messages.language,
    'none' as translation,
    cast($ruleset_version as varchar) as ruleset_version,
    case
        when spoken.is_conditional then 'explicit'
        when flagged.is_paid then 'implied'
        else 'none'
    end as condition,
    messages.delivered,
    incidents.after_notice_id,
    causes.causes,
    messages.source_file,
    messages.source_locator,
    files.sha256 as source_sha256,
    sha256(messages.body) as body_sha256
from flagged
inner join messages
    on flagged.message_id = messages.message_id
left join thread_orders
    on messages.thread_id = thread_orders.thread_id
left join sole_orders
    on messages.case_id = sole_orders.case_id
left join message_incidents
    on flagged.message_id = message_incidents.message_id
left join incidents
    on message_incidents.incident_id = incidents.incident_id
left join spoken
    on flagged.message_id = spoken.message_id
left join macros
    on flagged.message_id = macros.message_id
left join causes
    on message_incidents.incident_id = causes.incident_id
left join files
    on messages.source_file = files.source_file
order by messages.sent_at, messages.message_id
