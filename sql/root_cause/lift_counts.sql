-- lift_counts: of the low reviews still standing at the contact, how many were raised or removed in
--   the $window_days after it, by arm and stars.
-- why: a contacted review has by definition lived until the contact, so an uncontacted one is given
--   the age of a contact too (dealt out in turn, in an order that no outcome decides) and counts
--   only if it stood at that age. A review whose window reaches beyond what is seen is left out.
--   stars 0 is all stars together.
-- reads: review_arms
-- emits: row_no, arm, reference, stars, arm_reviews, arm_changed, reference_reviews,
--   reference_changed, uncertain_changes  one row: one arm against another, by stars
with contacted as (
    select
        review_arms.*,
        epoch(review_arms.index_at) - epoch(review_arms.created_at) as lag_seconds,
        row_number() over (
            partition by review_arms.arm
            order by md5(review_arms.review_ref), review_arms.review_ref
        ) - 1 as turn,
        count(*) over (partition by review_arms.arm) as n_arm
    from review_arms
    where review_arms.arm <> 'not contacted'
),

quiet as (
    select
        review_arms.*,
        row_number() over (
            order by md5('turn' || review_arms.review_ref), review_arms.review_ref
        ) - 1 as turn
    from review_arms
    where review_arms.arm = 'not contacted'
),

arms as (
    select
        contacted.arm,
        min(contacted.n_arm) as n_arm
    from contacted
    group by contacted.arm
),

dealt as (
    select
        arms.arm as for_arm,
        quiet.*,
        quiet.turn % arms.n_arm as deal
    from quiet
    cross join arms
),

matched as (
    select
        dealt.for_arm,
        'not contacted' as arm,
        dealt.review_ref,
        dealt.stars,
        dealt.changed_at,
        dealt.change_uncertain,
        dealt.seen_until,
        dealt.created_at + contacted.lag_seconds * interval 1 second as index_at
    from dealt
    inner join contacted
        on dealt.for_arm = contacted.arm and dealt.deal = contacted.turn
),

placed as (
    select
        contacted.arm as for_arm,
        contacted.arm,
        contacted.review_ref,
        contacted.stars,
        contacted.changed_at,
        contacted.change_uncertain,
        contacted.seen_until,
        contacted.index_at
    from contacted
    union all
    select matched.*
    from matched
),

at_risk as (
    select
        placed.for_arm,
        placed.arm,
        placed.stars,
        coalesce(
            placed.changed_at <= placed.index_at + $window_days * interval 1 day, false
        ) as changed,
        placed.change_uncertain
    from placed
    where
        (placed.changed_at is null or placed.changed_at > placed.index_at)
        and placed.index_at + $window_days * interval 1 day <= placed.seen_until
),

cells as (
    select
        at_risk.for_arm,
        at_risk.arm,
        at_risk.stars,
        count(*) as reviews,
        count(*) filter (where at_risk.changed) as changed,
        count(*) filter (where at_risk.changed and at_risk.change_uncertain) as uncertain
    from at_risk
    group by at_risk.for_arm, at_risk.arm, at_risk.stars
),

pairs as (
    select
        arms.arm,
        'not contacted' as reference
    from arms
    union all
    select
        'asked' as arm,
        'refunded, not asked' as reference
    from arms
    where arms.arm = 'asked'
),

stars as (
    select distinct cells.stars
    from cells
),

by_stars as (
    select
        pairs.arm,
        pairs.reference,
        stars.stars,
        coalesce(arm_cells.reviews, 0) as arm_reviews,
        coalesce(arm_cells.changed, 0) as arm_changed,
        coalesce(reference_cells.reviews, 0) as reference_reviews,
        coalesce(reference_cells.changed, 0) as reference_changed,
        coalesce(arm_cells.uncertain, 0) + coalesce(reference_cells.uncertain, 0) as uncertain
    from pairs
    cross join stars
    left join cells as arm_cells
        on
            pairs.arm = arm_cells.for_arm
            and pairs.arm = arm_cells.arm
            and stars.stars = arm_cells.stars
    left join cells as reference_cells
        on
            reference_cells.for_arm
            = case
                when pairs.reference = 'not contacted' then pairs.arm
                else pairs.reference
            end
            and pairs.reference = reference_cells.arm
            and stars.stars = reference_cells.stars
),

together as (
    select
        by_stars.arm,
        by_stars.reference,
        0 as stars,
        sum(by_stars.arm_reviews) as arm_reviews,
        sum(by_stars.arm_changed) as arm_changed,
        sum(by_stars.reference_reviews) as reference_reviews,
        sum(by_stars.reference_changed) as reference_changed,
        sum(by_stars.uncertain) as uncertain
    from by_stars
    group by by_stars.arm, by_stars.reference
),

final as (
    select * from by_stars
    union all
    select * from together
)

select
    row_number() over (order by final.arm, final.reference, final.stars) as row_no,
    final.arm,
    final.reference,
    final.stars,
    cast(final.arm_reviews as bigint) as arm_reviews,
    cast(final.arm_changed as bigint) as arm_changed,
    cast(final.reference_reviews as bigint) as reference_reviews,
    cast(final.reference_changed as bigint) as reference_changed,
    cast(final.uncertain as bigint) as uncertain_changes
from final
order by row_no
