-- recurrence_counts: violating threads before and after each notice, against two measures of how
--   much there was to violate in: outbound threads, and days.
-- why: twenty violations in a thousand threads and twenty in fifty are not the same; days are beside
--   it, for the number of threads is the seller's own doing. A thread counts on the side its flagged
--   messages lie on, on both where they lie on both.
-- reads: outbound_threads, notice_facts
-- emits: row_no, notice_id, received_at, class, exposure, before_violating,
--   before_exposure, after_violating, after_exposure, first_after_at
--   one row: one notice and measure
with whole as (
    select outbound_threads.*
    from outbound_threads
    where outbound_threads.dimension = 'all'
),

span as (
    select
        min(whole.first_at) as from_at,
        max(whole.last_at) as to_at
    from whole
),

split as (
    select
        notice_facts.notice_id,
        notice_facts.received_at,
        notice_facts.class,
        count(*) filter (where whole.first_at < notice_facts.received_at) as threads_before,
        count(*) filter (where whole.last_at >= notice_facts.received_at) as threads_after,
        count(*) filter (
            where whole.violated_first_at < notice_facts.received_at
        ) as violating_before,
        count(*) filter (
            where whole.violated_last_at >= notice_facts.received_at
        ) as violating_after,
        min(
            case
                when whole.violated_first_at >= notice_facts.received_at
                    then whole.violated_first_at
                when whole.violated_last_at >= notice_facts.received_at
                    then whole.violated_last_at
            end
        ) as first_after_at
    from notice_facts
    cross join whole
    where notice_facts.class <> 'other'
    group by notice_facts.notice_id, notice_facts.received_at, notice_facts.class
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
        greatest(epoch(split.received_at) - epoch(span.from_at), 0) / 86400.0 as before_exposure,
        greatest(epoch(span.to_at) - epoch(split.received_at), 0) / 86400.0 as after_exposure
    from split
    cross join span
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
    final.first_after_at
from final
order by row_no
