-- first_uses: first use of each channel, operator, platform template and wording, and the time to
--   its first violation.
-- why: "a new function appeared" is a claim about dates; here are the dates. state is unknown where
--   the archive begins less than $gap_days before the first use: it may have been in use for long.
-- reads: novelties, judged, said, wordings, wording_uses
-- emits: kind, name, first_at, first_message_id, shown, state, history_days, first_violation_at,
--   first_violation_message_id, days_to_violation, n_messages, n_violating_threads, reading, limits
--   one row: one thing and its first use
with live as (
    select distinct
        judged.message_id,
        judged.thread_id,
        judged.case_id,
        judged.sent_at,
        judged.operator,
        judged.channel,
        judged.direction
    from judged
    where judged.status <> 'dismissed'
),

templates as (
    select
        said.case_id,
        said.rule_id,
        min(said.sent_at) as used_at
    from said
    where said.signal = 'platform_template' and said.direction = 'outbound'
    group by said.case_id, said.rule_id
),

violations as (
    select
        'channel' as kind,
        live.channel as name,
        live.message_id,
        live.thread_id,
        live.sent_at
    from live
    where live.direction = 'outbound'
    union all
    select
        'operator' as kind,
        live.operator as name,
        live.message_id,
        live.thread_id,
        live.sent_at
    from live
    where live.direction = 'outbound'
    union all
    select
        'template' as kind,
        templates.rule_id as name,
        live.message_id,
        live.thread_id,
        live.sent_at
    from live
    inner join templates
        on live.case_id = templates.case_id and templates.used_at <= live.sent_at
    where live.direction = 'outbound'
    union all
    select distinct
        'phrase' as kind,
        wordings.phrase_id as name,
        wording_uses.message_id,
        wording_uses.thread_id,
        wording_uses.sent_at
    from wording_uses
    inner join wordings
        on wording_uses.wording = wordings.wording
),

first_violations as (
    select
        violations.kind,
        violations.name,
        min(violations.sent_at) as first_at,
        arg_min(violations.message_id, (violations.sent_at, violations.message_id)) as message_id,
        count(distinct violations.thread_id) as n_threads
    from violations
    group by violations.kind, violations.name
),

examples as (
    select
        wordings.phrase_id,
        arg_min(wording_uses.wording, (wording_uses.sent_at, wording_uses.message_id)) as wording
    from wording_uses
    inner join wordings
        on wording_uses.wording = wordings.wording
    group by wordings.phrase_id
),

final as (
    select
        novelties.kind,
        novelties.name,
        novelties.first_at,
        novelties.first_message_id,
        coalesce(examples.wording, novelties.name) as shown,
        case
            when novelties.kind = 'launch' or novelties.history_days >= $gap_days then 'new'
            else 'unknown'
        end as state,
        round(novelties.history_days, 2) as history_days,
        first_violations.first_at as first_violation_at,
        first_violations.message_id as first_violation_message_id,
        round(
            (epoch(first_violations.first_at) - epoch(novelties.first_at)) / 86400.0, 2
        ) as days_to_violation,
        novelties.n_messages,
        coalesce(first_violations.n_threads, 0) as n_violating_threads
    from novelties
    left join first_violations
        on novelties.kind = first_violations.kind and novelties.name = first_violations.name
    left join examples
        on novelties.kind = 'phrase' and novelties.name = examples.phrase_id
)

select
    final.kind,
    final.name,
    final.first_at,
    final.first_message_id,
    final.shown,
    final.state,
    final.history_days,
    final.first_violation_at,
    final.first_violation_message_id,
    final.days_to_violation,
    final.n_messages,
    final.n_violating_threads,
    case
        when final.kind = 'launch' then 'told by the context, not seen in messages'
        when final.state = 'unknown'
            then 'in use when the archive begins or soon after: whether it was new is unknown'
        when final.kind = 'phrase' then 'first seen in a violation'
        when final.first_violation_at is null then 'new, and no violation with it is known'
        else 'new, and in a violation after days_to_violation'
    end as reading,
    case final.kind
        when 'phrase' then 'wordings are followed only where they violate; n is messages'
        when 'template' then 'a violation counts when the template came before it in its case'
        when 'launch' then 'a launch has no messages of its own'
        else 'n is outbound messages in the archive; what was not exported is not seen'
    end as limits
from final
order by final.first_at, final.kind, final.name
