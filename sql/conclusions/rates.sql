-- rates: violating threads per 100 outbound threads, by operator, template, channel, marketplace,
--   weekday (1 is Monday) and hour of the seller's day, over all and before and after each notice.
-- why: whose, where and when, with exact 95 % intervals; each value is tested against the threads
--   without it (Fisher), adjusted for all comparisons of this table together (Holm): where nobody
--   differs, at most one archive in twenty has a row that says so. A rate compares what was sent; it
--   does not say why. Where sent messages of the time are missing no difference is claimed.
-- reads: rate_counts, rate_statistics, notice_facts, coverage_gaps, outbound_span
-- emits: dimension, value, period, notice_id, received_at, outbound_threads, violating_threads,
--   rate, rate_low, rate_high, rest_threads, rest_violating, p_value, p_holm, verdict,
--   n_missing_months, reading, limits  one row: one value of one dimension in one period
with gaps as (
    select
        rate_counts.row_no,
        count(distinct coverage_gaps.month) as n_missing_months
    from rate_counts
    inner join coverage_gaps
        on
            coverage_gaps.from_at < rate_counts.to_at
            and coverage_gaps.to_at > rate_counts.from_at
    inner join outbound_span
        on
            coverage_gaps.from_at < outbound_span.to_at
            and coverage_gaps.to_at > outbound_span.from_at
    where
        case rate_counts.dimension
            when 'channel' then coverage_gaps.channel in (rate_counts.value, '')
            when 'marketplace' then coverage_gaps.marketplace in (rate_counts.value, '')
            else true
        end
    group by rate_counts.row_no
),

joined as (
    select
        rate_counts.*,
        rate_statistics.low,
        rate_statistics.high,
        rate_statistics.p_value,
        rate_statistics.p_holm,
        notice_facts.received_at,
        coalesce(gaps.n_missing_months, 0) as n_missing_months,
        100.0 * rate_counts.violating_threads / rate_counts.outbound_threads as rate,
        1.0 * rate_counts.with_violating * rate_counts.rest_threads
        > 1.0 * rate_counts.rest_violating * rate_counts.outbound_threads as is_higher
    from rate_counts
    inner join rate_statistics
        on rate_counts.row_no = rate_statistics.row_no
    left join notice_facts
        on rate_counts.notice_id = notice_facts.notice_id
    left join gaps
        on rate_counts.row_no = gaps.row_no
)

select
    joined.dimension,
    joined.value,
    joined.period,
    joined.notice_id,
    joined.received_at,
    joined.outbound_threads,
    joined.violating_threads,
    round(joined.rate, 4) as rate,
    round(joined.low, 4) as rate_low,
    round(joined.high, 4) as rate_high,
    joined.rest_threads,
    joined.rest_violating,
    joined.p_value,
    joined.p_holm,
    case
        when joined.dimension = 'all' or joined.rest_threads = 0 then 'nothing to compare with'
        when joined.p_value is null then 'too few cases'
        when joined.p_holm > 0.05 then 'no difference shown'
        when joined.n_missing_months > 0 then 'unsure: archive incomplete'
        when joined.is_higher then 'higher than the rest'
        else 'lower than the rest'
    end as verdict,
    joined.n_missing_months,
    cast(joined.violating_threads as varchar) || ' of '
    || cast(joined.outbound_threads as varchar) || ' outbound threads violate; of the '
    || cast(joined.rest_threads as varchar) || ' without it '
    || cast(joined.rest_violating as varchar) as reading,
    'n is outbound threads, taken as independent; a rate says where, not why'
    || case
        when joined.n_missing_months > 0
            then
                '; sent messages are missing in '
                || cast(joined.n_missing_months as varchar) || ' months'
        else ''
    end as limits
from joined
order by joined.received_at nulls first, joined.row_no
