-- recurrence_counts: violating threads before and after each notice, against two measures of how
--   much there was to violate in: outbound threads, and days.
-- why: twenty violations in a thousand threads and twenty in fifty are not the same; days are beside
--   it, for the number of threads is the seller's own doing. A thread counts on the side its flagged
--   messages lie on, on both where they lie on both. In how many incidents they lie is beside it: a
--   single run before a notice is one event, however many threads it has.
-- reads: outbound_span, rate_counts, notice_facts, judged, message_incidents
-- emits: row_no, notice_id, received_at, class, exposure, before_violating,
--   before_exposure, after_violating, after_exposure, first_after_at,
--   before_incidents, after_incidents
--   one row: one notice and measure
with split as (
    select
        notice_facts.notice_id,
        notice_facts.received_at,
        notice_facts.class,
        max(case when rate_counts.period = 'before' then rate_counts.outbound_threads else 0 end)
            as threads_before,
        max(case when rate_counts.period = 'after' then rate_counts.outbound_threads else 0 end)
            as threads_after,
        max(case when rate_counts.period = 'before' then rate_counts.violating_threads else 0 end)
            as violating_before,
        max(case when rate_counts.period = 'after' then rate_counts.violating_threads else 0 end)
            as violating_after
    from notice_facts
    inner join rate_counts
        on notice_facts.notice_id = rate_counts.notice_id and rate_counts.dimension = 'all'
    group by notice_facts.notice_id, notice_facts.received_at, notice_facts.class
),

first_after as (
    select
        notice_facts.notice_id,
        min(judged.sent_at) as first_after_at
    from notice_facts
    inner join judged
        on judged.sent_at > notice_facts.received_at
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
    group by notice_facts.notice_id
),

runs as (
    select
        notice_facts.notice_id,
        count(
            distinct case
                when judged.sent_at <= notice_facts.received_at then message_incidents.incident_id
            end
        ) as incidents_before,
        count(
            distinct case
                when judged.sent_at > notice_facts.received_at then message_incidents.incident_id
            end
        ) as incidents_after
    from notice_facts
    cross join judged
    inner join message_incidents
        on judged.message_id = message_incidents.message_id
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
    group by notice_facts.notice_id
),

final as (
    select
        split.*,
        'outbound threads' as exposure,
        cast(split.threads_before as double) as before_exposure,
        cast(split.threads_after as double) as after_exposure
    from split
    union all
    select
        split.*,
        'days' as exposure,
        greatest(epoch(split.received_at) - epoch(outbound_span.from_at), 0) / 86400.0
            as before_exposure,
        greatest(epoch(outbound_span.to_at) - epoch(split.received_at), 0) / 86400.0
            as after_exposure
    from split
    cross join outbound_span
)

select
    row_number() over (order by final.received_at, final.notice_id, final.exposure desc) as row_no,
    final.notice_id,
    final.received_at,
    final.class,
    final.exposure,
    final.violating_before as before_violating,
    round(final.before_exposure, 2) as before_exposure,
    final.violating_after as after_violating,
    round(final.after_exposure, 2) as after_exposure,
    first_after.first_after_at,
    coalesce(runs.incidents_before, 0) as before_incidents,
    coalesce(runs.incidents_after, 0) as after_incidents
from final
left join first_after
    on final.notice_id = first_after.notice_id
left join runs
    on final.notice_id = runs.notice_id
order by row_no
