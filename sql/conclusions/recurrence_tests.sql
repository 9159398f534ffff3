-- recurrence_tests: violating threads before and after each notice, with the exact conditional
--   Poisson test and interval of the ratio of both rates.
-- why: "continued" is a claim about what came after the warning: first the plain counts, then the
--   ratio. Rates are per 100 outbound threads, or per 30 days. A fall after a notice is not thereby
--   its effect, and no row claims one: notices come at peaks, and after a peak there is less by
--   itself. Where sent messages are missing no change is claimed. p_holm is adjusted for all rows.
-- reads: recurrence_counts, recurrence_statistics, coverage_gaps, outbound_span
-- emits: notice_id, received_at, class, exposure, before_violating, before_exposure,
--   after_violating, after_exposure, rate_before, rate_after, rate_ratio, ratio_low, ratio_high,
--   p_value, p_holm, first_after_at, days_to_first_after, verdict, n_missing_months, reading, limits,
--   before_incidents, after_incidents  one row: one notice and measure
with gaps as (
    select count(distinct coverage_gaps.month) as n_missing_months
    from coverage_gaps
    inner join outbound_span
        on
            coverage_gaps.from_at < outbound_span.to_at
            and coverage_gaps.to_at > outbound_span.from_at
),

joined as (
    select
        recurrence_counts.*,
        recurrence_statistics.ratio,
        recurrence_statistics.low,
        recurrence_statistics.high,
        recurrence_statistics.p_value,
        recurrence_statistics.p_holm,
        gaps.n_missing_months,
        case when recurrence_counts.exposure = 'days' then 30.0 else 100.0 end as per
    from recurrence_counts
    inner join recurrence_statistics
        on recurrence_counts.row_no = recurrence_statistics.row_no
    cross join gaps
)

select
    joined.notice_id,
    joined.received_at,
    joined.class,
    joined.exposure,
    joined.before_violating,
    joined.before_exposure,
    joined.after_violating,
    joined.after_exposure,
    round(joined.per * joined.before_violating / nullif(joined.before_exposure, 0), 4)
        as rate_before,
    round(joined.per * joined.after_violating / nullif(joined.after_exposure, 0), 4)
        as rate_after,
    joined.ratio as rate_ratio,
    joined.low as ratio_low,
    joined.high as ratio_high,
    joined.p_value,
    joined.p_holm,
    joined.first_after_at,
    round(
        (epoch(joined.first_after_at) - epoch(joined.received_at)) / 86400.0, 2
    ) as days_to_first_after,
    case
        when joined.p_value is null then 'too few cases'
        when joined.p_holm > 0.05 then 'no change shown'
        when joined.n_missing_months > 0 then 'unsure: archive incomplete'
        when
            joined.after_violating * joined.before_exposure
            > joined.before_violating * joined.after_exposure
            then 'higher after'
        else 'lower after'
    end as verdict,
    joined.n_missing_months,
    cast(joined.before_violating as varchar) || ' violating threads before it (incidents: '
    || cast(joined.before_incidents as varchar) || '), '
    || cast(joined.after_violating as varchar) || ' after it (incidents: '
    || cast(joined.after_incidents as varchar) || ')'
    || case
        when joined.first_after_at is not null
            then '; the first ' || cast(
                cast(
                    floor((epoch(joined.first_after_at) - epoch(joined.received_at)) / 86400.0)
                    as bigint
                ) as varchar
            ) || ' days after'
        else ''
    end as reading,
    'n is threads with a flagged outbound message, staff chat not counted; they come in runs, so'
    || ' the p-value is too small rather than too large;'
    || ' a notice comes when there was much before it, so fewer after it are to be expected by'
    || ' themselves; a change after a notice is not thereby its effect'
    || case
        when joined.n_missing_months > 0
            then
                '; sent messages are missing in '
                || cast(joined.n_missing_months as varchar) || ' months'
        else ''
    end as limits,
    joined.before_incidents,
    joined.after_incidents
from joined
order by joined.received_at, joined.row_no
