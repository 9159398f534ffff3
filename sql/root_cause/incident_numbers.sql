-- incident_numbers: the counts of each incident that speak for or against a candidate cause.
-- why: one place where they are counted, so that the factors only have to put them into words.
-- reads: incidents, thread_incidents, message_incidents, message_keys, alert_times, said, judged,
--   incident_ids, context_events, notices, incident_phrases, low_reviews, coverage_gaps
-- emits: incident_id, started_at, ended_at, n_threads, n_messages, n_outbound, n_stoppable,
--   n_without_operator, days, template_threads, first_template_message_id, low_review_threads,
--   earlier_incidents, n_controls, control_titles, notice_id, notice_at, measures_after_notice,
--   measure_titles, quiet_sent, n_missing_before, macro_messages,
--   same_policy_before  one row: one incident
with flagged as (
    select
        message_incidents.incident_id,
        message_incidents.message_id,
        message_incidents.thread_id,
        message_incidents.sent_at,
        message_keys.direction,
        message_keys.operator,
        message_keys.case_id,
        alert_times.known_at
    from message_incidents
    inner join message_keys
        on message_incidents.message_id = message_keys.message_id
    inner join alert_times
        on message_incidents.message_id = alert_times.message_id
),

counts as (
    select
        flagged.incident_id,
        count(*) as n_messages,
        count(*) filter (where flagged.direction = 'outbound') as n_outbound,
        count(*) filter (
            where flagged.direction = 'outbound' and flagged.known_at = flagged.sent_at
        ) as n_stoppable,
        count(*) filter (where flagged.operator is null) as n_without_operator
    from flagged
    group by flagged.incident_id
),

first_flags as (
    select
        flagged.incident_id,
        flagged.thread_id,
        min(flagged.case_id) as case_id,
        min(flagged.sent_at) as flagged_at
    from flagged
    inner join thread_incidents
        on
            flagged.thread_id = thread_incidents.thread_id
            and flagged.incident_id = thread_incidents.incident_id
    group by flagged.incident_id, flagged.thread_id
),

templates as (
    select
        first_flags.incident_id,
        count(distinct first_flags.thread_id) as n_threads,
        arg_min(said.message_id, (said.sent_at, said.message_id)) as first_message_id
    from first_flags
    inner join said
        on first_flags.case_id = said.case_id and said.sent_at <= first_flags.flagged_at
    where said.signal = 'platform_template' and said.direction = 'outbound'
    group by first_flags.incident_id
),

earlier as (
    select
        incident_ids.incident_id,
        count(others.incident_id) as n
    from incident_ids
    left join incident_ids as others
        on others.started_at < incident_ids.started_at
    group by incident_ids.incident_id
),

controls as (
    select
        incident_ids.incident_id,
        count(*) as n,
        string_agg(
            context_events.title, '; ' order by context_events.occurred_at, context_events.title
        ) as titles
    from incident_ids
    inner join context_events
        on context_events.occurred_at < incident_ids.started_at
    where context_events.kind = 'control'
    group by incident_ids.incident_id
),

last_notice as (
    select
        incidents.incident_id,
        notices.notice_id,
        notices.received_at
    from incidents
    inner join notices
        on incidents.after_notice_id = notices.notice_id
),

measures as (
    select
        last_notice.incident_id,
        count(*) as n,
        string_agg(
            context_events.title, '; ' order by context_events.occurred_at, context_events.title
        ) as titles
    from last_notice
    inner join incident_ids
        on last_notice.incident_id = incident_ids.incident_id
    inner join context_events
        on
            context_events.occurred_at >= last_notice.received_at
            and context_events.occurred_at < incident_ids.started_at
    where context_events.kind in ('training', 'control', 'staff_change', 'policy_update')
    group by last_notice.incident_id
),

history as (
    select min(message_keys.sent_at) as began_at
    from message_keys
),

missing as (
    select
        incident_ids.incident_id,
        count(distinct coverage_gaps.month) as n_months
    from incident_ids
    inner join coverage_gaps
        on coverage_gaps.from_at < incident_ids.started_at
    inner join history
        on coverage_gaps.to_at > history.began_at
    group by incident_ids.incident_id
),

quiet as (
    select
        last_notice.incident_id,
        count(*) as n_sent
    from last_notice
    inner join incident_ids
        on last_notice.incident_id = incident_ids.incident_id
    inner join message_keys
        on
            message_keys.sent_at > last_notice.received_at
            and message_keys.sent_at < incident_ids.started_at
    where message_keys.direction = 'outbound'
    group by last_notice.incident_id
),

macros as (
    select
        incident_phrases.incident_id,
        max(incident_phrases.n_messages) as n_messages
    from incident_phrases
    group by incident_phrases.incident_id
),

first_breaches as (
    select
        judged.policy_id,
        min(judged.sent_at) as sent_at
    from judged
    where judged.status <> 'dismissed'
    group by judged.policy_id
),

policies_before as (
    select
        last_notice.incident_id,
        count(distinct judged.policy_id) as n
    from last_notice
    inner join message_incidents
        on last_notice.incident_id = message_incidents.incident_id
    inner join judged
        on message_incidents.message_id = judged.message_id and judged.status <> 'dismissed'
    inner join first_breaches
        on
            judged.policy_id = first_breaches.policy_id
            and first_breaches.sent_at < last_notice.received_at
    group by last_notice.incident_id
),

low_known as (
    select
        first_flags.incident_id,
        count(distinct first_flags.thread_id) as n_threads
    from first_flags
    inner join low_reviews
        on
            first_flags.case_id = low_reviews.case_id
            and low_reviews.known_at <= first_flags.flagged_at
    group by first_flags.incident_id
)

select
    incidents.incident_id,
    incidents.started_at,
    incidents.ended_at,
    incidents.thread_count as n_threads,
    counts.n_messages,
    counts.n_outbound,
    counts.n_stoppable,
    counts.n_without_operator,
    cast(
        floor((epoch(incidents.ended_at) - epoch(incidents.started_at)) / 86400.0) as bigint
    ) as days,
    coalesce(templates.n_threads, 0) as template_threads,
    templates.first_message_id as first_template_message_id,
    coalesce(low_known.n_threads, 0) as low_review_threads,
    earlier.n as earlier_incidents,
    coalesce(controls.n, 0) as n_controls,
    controls.titles as control_titles,
    last_notice.notice_id,
    last_notice.received_at as notice_at,
    coalesce(measures.n, 0) as measures_after_notice,
    measures.titles as measure_titles,
    coalesce(quiet.n_sent, 0) as quiet_sent,
    coalesce(missing.n_months, 0) as n_missing_before,
    coalesce(macros.n_messages, 0) as macro_messages,
    coalesce(policies_before.n, 0) as same_policy_before
from incidents
inner join counts
    on incidents.incident_id = counts.incident_id
inner join earlier
    on incidents.incident_id = earlier.incident_id
left join templates
    on incidents.incident_id = templates.incident_id
left join controls
    on incidents.incident_id = controls.incident_id
left join last_notice
    on incidents.incident_id = last_notice.incident_id
left join measures
    on incidents.incident_id = measures.incident_id
left join missing
    on incidents.incident_id = missing.incident_id
left join quiet
    on incidents.incident_id = quiet.incident_id
left join macros
    on incidents.incident_id = macros.incident_id
left join policies_before
    on incidents.incident_id = policies_before.incident_id
left join low_known
    on incidents.incident_id = low_known.incident_id
order by incidents.started_at, incidents.incident_id
