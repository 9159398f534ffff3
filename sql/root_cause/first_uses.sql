-- first_uses: first use of each channel, operator, platform template and wording, and the time to
--   its first violation.
-- why: "a new function appeared" is a claim about dates; here are the dates. state is unknown where
--   the archive begins less than $gap_days before the first use: it may have been in use for long.
-- reads: novelties, judged, said, phrase_uses, coverage_gaps
-- emits: kind, name, first_at, first_message_id, shown, state, history_days, first_violation_at,
--   first_violation_message_id, days_to_violation, n_messages, n_violating_threads, reading, limits,
--   n_missing_months
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
        phrase_uses.phrase_id as name,
        phrase_uses.message_id,
        phrase_uses.thread_id,
        phrase_uses.sent_at
    from phrase_uses
    where phrase_uses.is_flagged
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
        phrase_uses.phrase_id,
        arg_min(phrase_uses.wording, (phrase_uses.sent_at, phrase_uses.message_id)) as wording
    from phrase_uses
    group by phrase_uses.phrase_id
),

gaps as (
    select
        novelties.kind,
        novelties.name,
        count(distinct coverage_gaps.month) as n_missing_months
    from novelties
    inner join coverage_gaps
        on
            coverage_gaps.from_at < novelties.first_at
            and coverage_gaps.to_at
            > novelties.first_at - novelties.history_days * interval 1 day
    where novelties.kind in ('operator', 'template', 'phrase')
    group by novelties.kind, novelties.name
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
        coalesce(first_violations.n_threads, 0) as n_violating_threads,
        coalesce(gaps.n_missing_months, 0) as n_missing_months
    from novelties
    left join gaps
        on novelties.kind = gaps.kind and novelties.name = gaps.name
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
        when final.n_missing_months > 0
            then
                'new in this archive, but sent messages are missing in '
                || cast(final.n_missing_months as varchar)
                || ' months before it: whether it was new is unknown'
        when final.kind = 'phrase' and final.first_message_id = final.first_violation_message_id
            then 'first seen in a violation'
        when final.kind = 'phrase'
            then 'first seen unflagged: a draft, a warning against it, or allowed where it stands'
        when final.first_violation_at is null then 'new, and no violation with it is known'
        else 'new, and in a violation after days_to_violation'
    end as reading,
    case final.kind
        when 'phrase'
            then
                'nearly equal sentences of the seller side that say such a thing; n is messages,'
                || ' flagged or not'
        when 'template' then 'a violation counts when the template came before it in its case'
        when 'launch' then 'a launch has no messages of its own'
        else 'n is outbound messages in the archive; what was not exported is not seen'
    end as limits,
    final.n_missing_months
from final
order by final.first_at, final.kind, final.name
