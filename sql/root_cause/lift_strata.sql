-- lift_strata: each moment at which a low review was raised or removed, and how many reviews of the
--   same stars and age stood then in the arm and in its reference.
-- why: who stood at the same age and was not (yet) written to is the fair comparison; an arm whose
--   reviews are all older, or lower, would else be told apart by that alone. Ages are met in order,
--   so running sums count who stands; moments at which one side is empty say nothing.
-- reads: lift_pairs, review_spells
-- emits: arm, reference, stars, age_us, arm_at_risk, arm_changed, reference_at_risk,
--   reference_changed  one row: one pair of arms, stars and age of a change
with sided as (
    select
        lift_pairs.arm,
        lift_pairs.reference,
        review_spells.stars,
        review_spells.entered_us,
        review_spells.left_us,
        review_spells.changed,
        1 as is_arm
    from lift_pairs
    inner join review_spells
        on lift_pairs.arm = review_spells.arm
    union all
    select
        lift_pairs.arm,
        lift_pairs.reference,
        review_spells.stars,
        review_spells.entered_us,
        review_spells.left_us,
        review_spells.changed,
        0 as is_arm
    from lift_pairs
    inner join review_spells
        on lift_pairs.reference = review_spells.arm
),

marks as (
    select
        sided.arm,
        sided.reference,
        sided.stars,
        sided.entered_us as age_us,
        sided.is_arm as arm_step,
        1 - sided.is_arm as reference_step,
        0 as arm_change,
        0 as reference_change
    from sided
    union all
    select
        sided.arm,
        sided.reference,
        sided.stars,
        sided.left_us as age_us,
        -sided.is_arm as arm_step,
        sided.is_arm - 1 as reference_step,
        case when sided.changed then sided.is_arm else 0 end as arm_change,
        case when sided.changed then 1 - sided.is_arm else 0 end as reference_change
    from sided
),

moments as (
    select
        marks.arm,
        marks.reference,
        marks.stars,
        marks.age_us,
        sum(marks.arm_step) as arm_step,
        sum(marks.reference_step) as reference_step,
        sum(marks.arm_change) as arm_changed,
        sum(marks.reference_change) as reference_changed
    from marks
    group by marks.arm, marks.reference, marks.stars, marks.age_us
),

standing as (
    select
        moments.*,
        sum(moments.arm_step) over (
            partition by moments.arm, moments.reference, moments.stars
            order by moments.age_us
            rows between unbounded preceding and 1 preceding
        ) as arm_at_risk,
        sum(moments.reference_step) over (
            partition by moments.arm, moments.reference, moments.stars
            order by moments.age_us
            rows between unbounded preceding and 1 preceding
        ) as reference_at_risk
    from moments
)

select
    standing.arm,
    standing.reference,
    standing.stars,
    standing.age_us,
    cast(standing.arm_at_risk as bigint) as arm_at_risk,
    cast(standing.arm_changed as bigint) as arm_changed,
    cast(standing.reference_at_risk as bigint) as reference_at_risk,
    cast(standing.reference_changed as bigint) as reference_changed
from standing
where
    standing.arm_changed + standing.reference_changed > 0
    and standing.arm_at_risk > 0
    and standing.reference_at_risk > 0
order by standing.arm, standing.reference, standing.stars, standing.age_us
