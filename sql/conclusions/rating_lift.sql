-- rating_lift: low reviews by what their buyers had met (an ask, a refund alone, a message, nothing): how
--   many were raised or removed, and how many would have been had both arms changed alike; ratio
--   of the odds of changing at one moment, with its exact interval and Fisher's exact test.
-- why: whether asked reviews change more often than others is what "influence" comes down to, and
--   buyers raise low ratings by themselves in a good share of cases. Compared are reviews of the
--   same stars at the same age, each moment of a change a table of its own, so that a review which
--   changed before anybody could write is no proof that writing does nothing. A difference is no
--   cause: who gets written to is not drawn by lot. Below ten reviews in either arm no ratio.
--   compared_changed is the part of arm_changed that had its like in the reference: expected_changed
--   is to be held against it. Of order_unknown changes nobody knows whether the contact came first.
-- reads: lift_counts, lift_statistics, coverage_gaps, review_lives
-- emits: arm, reference, stars, arm_reviews, arm_changed, expected_changed, reference_reviews,
--   reference_changed, share_arm, share_expected, odds_ratio, odds_low, odds_high, p_value, p_holm, verdict,
--   uncertain_changes, n_missing_months, reading, limits, compared_changed, share_compared,
--   order_unknown  one row: one arm, reference and stars
with span as (
    select
        min(review_lives.created_at) as from_at,
        max(review_lives.seen_until) as to_at
    from review_lives
),

gaps as (
    select count(distinct coverage_gaps.month) as n_missing_months
    from coverage_gaps
    inner join span
        on coverage_gaps.from_at < span.to_at and coverage_gaps.to_at > span.from_at
),

joined as (
    select
        lift_counts.*,
        lift_statistics.ratio,
        lift_statistics.low,
        lift_statistics.high,
        lift_statistics.p_value,
        lift_statistics.p_holm,
        gaps.n_missing_months
    from lift_counts
    inner join lift_statistics
        on lift_counts.row_no = lift_statistics.row_no
    cross join gaps
)

select
    joined.arm,
    joined.reference,
    case when joined.stars = 0 then 'all' else cast(joined.stars as varchar) end as stars,
    joined.arm_reviews,
    joined.arm_changed,
    joined.expected as expected_changed,
    joined.reference_reviews,
    joined.reference_changed,
    round(100.0 * joined.arm_changed / nullif(joined.arm_reviews, 0), 2) as share_arm,
    case
        when joined.p_value is not null
            then round(100.0 * joined.expected / nullif(joined.arm_reviews, 0), 2)
    end as share_expected,
    joined.ratio as odds_ratio,
    joined.low as odds_low,
    joined.high as odds_high,
    joined.p_value,
    joined.p_holm,
    case
        when joined.p_value is null then 'too few cases'
        when joined.p_holm > 0.05 then 'no difference shown'
        when joined.n_missing_months > 0 then 'unsure: archive incomplete'
        when joined.compared_changes > joined.expected then 'changed more often'
        else 'changed less often'
    end as verdict,
    joined.uncertain_changes,
    joined.n_missing_months,
    cast(joined.arm_changed as varchar) || ' of ' || cast(joined.arm_reviews as varchar)
    || ' reviews (' || joined.arm || ') were raised or removed within the window'
    || case
        when joined.p_value is null then ''
        else
            '; ' || cast(joined.compared_changes as varchar) || ' where '
            || printf('%.1f', joined.expected)
            || ' were to be expected if reviews of the same stars'
            || ' and age (' || joined.reference || ') had changed alike'
    end as reading,
    'n is low reviews standing when the contact came; a review counts in each arm it was in;'
    || ' a difference is no cause: buyers raise low ratings by themselves, and who is written to'
    || ' is not drawn by lot'
    || case
        when joined.uncertain_changes > 0
            then
                '; ' || cast(joined.uncertain_changes as varchar)
                || ' changes are known from snapshots and dated by the later one'
        else ''
    end
    || case
        when joined.order_unknown > 0
            then
                '; for ' || cast(joined.order_unknown as varchar) || ' of the '
                || cast(joined.arm_changed as varchar)
                || ' changes the contact lies between the same two snapshots: which came first is'
                || ' unknown'
        else ''
    end
    || case
        when joined.n_missing_months > 0
            then
                '; sent messages are missing in '
                || cast(joined.n_missing_months as varchar) || ' months'
        else ''
    end as limits,
    case when joined.p_value is not null then joined.compared_changes end as compared_changed,
    case
        when joined.p_value is not null
            then round(100.0 * joined.compared_changes / nullif(joined.arm_reviews, 0), 2)
    end as share_compared,
    joined.order_unknown
from joined
order by joined.row_no
