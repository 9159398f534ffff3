-- counterfactual: had a monthly scan begun at this month's end, when would it first have alerted,
--   and how many violating threads began only after that; the same for a check before sending.
-- why: it tells what an earlier control would have seen, with today's rules and decisions; that
--   anybody would have acted on it is an assumption, and avoidable means no more than "began later".
--   A scan at a month's end sees what was sent, paid and known before it, as a fresh run on the
--   archive cut off there would. Months end at midnight in the seller's time zone.
-- reads: alert_times, message_keys, coverage_gaps
-- emits: mode, scan_from, first_alert_at, first_thread_id, found_threads, avoidable_threads,
--   avoidable_messages, n_threads, reading, limits, n_missing_months  one row: one mode and first scan
with ends as (
    select
        min(message_keys.sent_at) + interval 1 day as early_at,
        max(message_keys.sent_at) - interval 1 day as late_at
    from message_keys
),

span as (
    select
        min(timezone($timezone, message_keys.sent_at)) as from_at,
        max(timezone($timezone, message_keys.sent_at)) as to_at
    from message_keys
    cross join ends
    where message_keys.sent_at <= ends.early_at or message_keys.sent_at >= ends.late_at
),

month_ends as (
    select timezone($timezone, series.local_end) as ends_at
    from (
        select
            unnest(
                generate_series(
                    date_trunc('month', span.from_at) + interval 1 month,
                    date_trunc('month', span.to_at) + interval 1 month,
                    interval 1 month
                )
            ) as local_end
        from span
        where span.from_at is not null
    ) as series
),

live_threads as (
    select
        alert_times.thread_id,
        min(alert_times.known_at) as known_at,
        min(alert_times.sent_at) as began_at
    from alert_times
    group by alert_times.thread_id
),

totals as (
    select count(*) as n_threads
    from live_threads
),

gaps as (
    select count(distinct coverage_gaps.month) as n_missing_months
    from coverage_gaps
    inner join span
        on
            coverage_gaps.from_at < timezone($timezone, span.to_at)
            and coverage_gaps.to_at > timezone($timezone, span.from_at)
),

found as (
    select
        month_ends.ends_at,
        count(live_threads.thread_id) as found_threads,
        arg_min(live_threads.thread_id, (live_threads.known_at, live_threads.thread_id))
            as first_thread_id
    from month_ends
    left join live_threads
        on live_threads.known_at < month_ends.ends_at
    group by month_ends.ends_at
),

alerts as (
    select
        month_ends.ends_at as scan_from,
        min(found.ends_at) as first_alert_at
    from month_ends
    left join found
        on month_ends.ends_at <= found.ends_at and found.found_threads > 0
    group by month_ends.ends_at
),

later as (
    select
        alerts.scan_from,
        count(distinct alert_times.thread_id) filter (
            where live_threads.began_at >= alerts.first_alert_at
        ) as avoidable_threads,
        count(*) filter (
            where alert_times.sent_at >= alerts.first_alert_at
        ) as avoidable_messages
    from alerts
    cross join alert_times
    inner join live_threads
        on alert_times.thread_id = live_threads.thread_id
    group by alerts.scan_from
),

scans as (
    select
        'monthly scan' as mode,
        alerts.scan_from,
        alerts.first_alert_at,
        found.first_thread_id,
        coalesce(found.found_threads, 0) as found_threads,
        coalesce(later.avoidable_threads, 0) as avoidable_threads,
        coalesce(later.avoidable_messages, 0) as avoidable_messages
    from alerts
    left join found
        on alerts.first_alert_at = found.ends_at
    left join later
        on alerts.scan_from = later.scan_from
),

stoppable as (
    select alert_times.*
    from alert_times
    where alert_times.direction = 'outbound' and alert_times.known_at = alert_times.sent_at
),

check_starts as (
    select month_ends.ends_at as scan_from
    from month_ends
    union all
    select timezone($timezone, date_trunc('month', span.from_at)) as scan_from
    from span
    where span.from_at is not null
),

checks as (
    select
        'check before sending' as mode,
        check_starts.scan_from,
        min(stoppable.sent_at) as first_alert_at,
        arg_min(stoppable.thread_id, (stoppable.sent_at, stoppable.message_id))
            as first_thread_id,
        count(distinct stoppable.thread_id) as found_threads,
        count(distinct stoppable.thread_id) filter (
            where
            live_threads.began_at >= check_starts.scan_from
            and live_threads.began_at = stoppable.sent_at
        ) as avoidable_threads,
        count(stoppable.message_id) as avoidable_messages
    from check_starts
    left join stoppable
        on check_starts.scan_from <= stoppable.sent_at
    left join live_threads
        on stoppable.thread_id = live_threads.thread_id
    group by check_starts.scan_from
),

final as (
    select * from scans
    union all
    select * from checks
)

select
    final.mode,
    final.scan_from,
    final.first_alert_at,
    final.first_thread_id,
    final.found_threads,
    final.avoidable_threads,
    final.avoidable_messages,
    totals.n_threads,
    case
        when final.first_alert_at is null then 'no alert up to the end of the archive'
        when final.mode = 'monthly scan'
            then
                'alert on ' || strftime(timezone($timezone, final.first_alert_at), '%Y-%m-%d')
                || '; of ' || cast(totals.n_threads as varchar) || ' violating threads '
                || cast(final.avoidable_threads as varchar) || ' began after it'
        else
            cast(final.avoidable_messages as varchar)
            || ' outbound messages would have been named before they were sent'
    end as reading,
    'with today''s rules, decisions and archive; that anybody would have acted is assumed'
    || case
        when gaps.n_missing_months > 0
            then
                '; sent messages are missing in ' || cast(gaps.n_missing_months as varchar)
                || ' months: there may have been more, and earlier'
        else ''
    end as limits,
    gaps.n_missing_months
from final
cross join totals
cross join gaps
order by final.scan_from, final.mode
