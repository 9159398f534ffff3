-- rate_counts: outbound and violating threads of each value, against the threads without it.
-- why: the counts that exact intervals and tests are computed from. with_violating are the threads
--   that have the value and violate at all, by this value or another: value and rest are then two
--   separate groups of threads. A thread that spans a notice counts on both sides of it.
-- reads: rate_spans, periods
-- emits: row_no, dimension, value, period, notice_id, from_at, to_at, outbound_threads,
--   violating_threads, with_violating, rest_threads, rest_violating
--   one row: one value of one dimension in one period
with counted as (
    select
        rate_spans.dimension,
        rate_spans.value,
        periods.period,
        periods.notice_id,
        min(periods.from_at) as from_at,
        min(periods.to_at) as to_at,
        sum(rate_spans.n_threads) as outbound_threads,
        coalesce(
            sum(rate_spans.n_threads) filter (
                where
                rate_spans.violated_last_era >= periods.from_era
                and rate_spans.violated_first_era < periods.to_era
            ), 0
        ) as violating_threads,
        coalesce(
            sum(rate_spans.n_threads) filter (
                where
                rate_spans.thread_violated_last_era >= periods.from_era
                and rate_spans.thread_violated_first_era < periods.to_era
            ), 0
        ) as with_violating
    from rate_spans
    inner join periods
        on
            rate_spans.last_era >= periods.from_era
            and rate_spans.first_era < periods.to_era
    group by rate_spans.dimension, rate_spans.value, periods.period, periods.notice_id
),

wholes as (
    select counted.*
    from counted
    where counted.dimension = 'all'
),

final as (
    select
        counted.*,
        wholes.outbound_threads - counted.outbound_threads as rest_threads,
        wholes.with_violating - counted.with_violating as rest_violating
    from counted
    inner join wholes
        on
            counted.period = wholes.period
            and counted.notice_id is not distinct from wholes.notice_id
)

select
    row_number() over (
        order by
            final.from_at,
            final.period,
            final.notice_id,
            case final.dimension
                when 'all' then 1
                when 'operator' then 2
                when 'channel' then 3
                when 'template' then 4
                when 'marketplace' then 5
                when 'weekday' then 6
                else 7
            end,
            final.value
    ) as row_no,
    final.dimension,
    final.value,
    final.period,
    final.notice_id,
    final.from_at,
    final.to_at,
    cast(final.outbound_threads as bigint) as outbound_threads,
    cast(final.violating_threads as bigint) as violating_threads,
    cast(final.with_violating as bigint) as with_violating,
    cast(final.rest_threads as bigint) as rest_threads,
    cast(final.rest_violating as bigint) as rest_violating
from final
order by row_no
