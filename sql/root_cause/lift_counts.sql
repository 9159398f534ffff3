-- lift_counts: reviews of each arm and of its reference, how many of them were raised or removed while
--   in it, and how many would have been if both had changed alike.
-- why: the counts a reader checks. expected is each change shared out by who stood at that moment
--   (lift_strata); compared are the reviews of stars that both arms hold. stars 0 is all together.
-- reads: lift_pairs, lift_sizes, lift_strata
-- emits: row_no, arm, reference, stars, arm_reviews, arm_changed, expected, compared_changes,
--   arm_compared, reference_reviews, reference_changed, reference_compared, uncertain_changes,
--   order_unknown (changes of the arm of which nobody knows whether its contact came first)
--   one row: one arm against another, by stars
with stars as (
    select distinct lift_sizes.stars
    from lift_sizes
),

shared_out as (
    select
        lift_strata.arm,
        lift_strata.reference,
        lift_strata.stars,
        sum(lift_strata.arm_changed) as arm_changed,
        sum(
            1.0 * (lift_strata.arm_changed + lift_strata.reference_changed)
            * lift_strata.arm_at_risk
            / (lift_strata.arm_at_risk + lift_strata.reference_at_risk)
        ) as expected
    from lift_strata
    group by lift_strata.arm, lift_strata.reference, lift_strata.stars
),

by_stars as (
    select
        lift_pairs.arm,
        lift_pairs.reference,
        stars.stars,
        coalesce(mine.reviews, 0) as arm_reviews,
        coalesce(mine.changed, 0) as arm_changed,
        coalesce(theirs.reviews, 0) as reference_reviews,
        coalesce(theirs.changed, 0) as reference_changed,
        coalesce(mine.uncertain, 0) + coalesce(theirs.uncertain, 0) as uncertain_changes,
        coalesce(mine.order_unknown, 0) as order_unknown,
        case when theirs.reviews > 0 then coalesce(mine.reviews, 0) else 0 end as arm_compared,
        case when mine.reviews > 0 then coalesce(theirs.reviews, 0) else 0 end
            as reference_compared,
        coalesce(shared_out.expected, 0) as expected,
        coalesce(shared_out.arm_changed, 0) as compared_changes
    from lift_pairs
    cross join stars
    left join lift_sizes as mine
        on lift_pairs.arm = mine.arm and stars.stars = mine.stars
    left join lift_sizes as theirs
        on lift_pairs.reference = theirs.arm and stars.stars = theirs.stars
    left join shared_out
        on
            lift_pairs.arm = shared_out.arm
            and lift_pairs.reference = shared_out.reference
            and stars.stars = shared_out.stars
),

final as (
    select * from by_stars
    union all by name
    select
        by_stars.arm,
        by_stars.reference,
        0 as stars,
        sum(by_stars.arm_reviews) as arm_reviews,
        sum(by_stars.arm_changed) as arm_changed,
        sum(by_stars.reference_reviews) as reference_reviews,
        sum(by_stars.reference_changed) as reference_changed,
        sum(by_stars.uncertain_changes) as uncertain_changes,
        sum(by_stars.order_unknown) as order_unknown,
        sum(by_stars.arm_compared) as arm_compared,
        sum(by_stars.reference_compared) as reference_compared,
        sum(by_stars.expected) as expected,
        sum(by_stars.compared_changes) as compared_changes
    from by_stars
    group by by_stars.arm, by_stars.reference
)

select
    row_number() over (order by final.arm, final.reference, final.stars) as row_no,
    final.arm,
    final.reference,
    final.stars,
    cast(final.arm_reviews as bigint) as arm_reviews,
    cast(final.arm_changed as bigint) as arm_changed,
    round(final.expected, 2) as expected,
    cast(final.compared_changes as bigint) as compared_changes,
    cast(final.arm_compared as bigint) as arm_compared,
    cast(final.reference_reviews as bigint) as reference_reviews,
    cast(final.reference_changed as bigint) as reference_changed,
    cast(final.reference_compared as bigint) as reference_compared,
    cast(final.uncertain_changes as bigint) as uncertain_changes,
    cast(final.order_unknown as bigint) as order_unknown
from final
order by row_no
