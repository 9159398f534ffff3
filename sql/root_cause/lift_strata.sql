-- lift_strata: each moment at which a low review was raised or removed, and how many reviews of the
--   same stars and age stood then in the arm and in its reference.
-- why: who stood at the same age and was not (yet) written to is the fair comparison; an arm whose
--   reviews are all older, or lower, would else be told apart by that alone. All arms are walked
--   through once, in the order of age: running sums count who stands before each moment. Moments
--   at which one side is empty say nothing.
-- reads: lift_pairs, review_spells
-- emits: arm, reference, stars, age_us, arm_at_risk, arm_changed, reference_at_risk,
--   reference_changed  one row: one pair of arms, stars and age of a change
with marks as (
    select
        review_spells.stars,
        review_spells.arm,
        review_spells.entered_us as age_us,
        1 as step,
        0 as change
    from review_spells
    union all
    select
        review_spells.stars,
        review_spells.arm,
        review_spells.left_us as age_us,
        -1 as step,
        case when review_spells.changed then 1 else 0 end as change
    from review_spells
),

moments as (
    select
        marks.stars,
        marks.age_us,
        sum(case when marks.arm = 'not contacted' then marks.step else 0 end) as none_step,
        sum(case when marks.arm like 'written to%' then marks.step else 0 end) as written_step,
        sum(case when marks.arm = 'refunded, not asked' then marks.step else 0 end) as paid_step,
        sum(case when marks.arm = 'asked' then marks.step else 0 end) as asked_step,
        sum(case when marks.arm = 'not contacted' then marks.change else 0 end) as none_change,
        sum(case when marks.arm like 'written to%' then marks.change else 0 end)
            as written_change,
        sum(case when marks.arm = 'refunded, not asked' then marks.change else 0 end)
            as paid_change,
        sum(case when marks.arm = 'asked' then marks.change else 0 end) as asked_change
    from marks
    group by marks.stars, marks.age_us
),

standing as (
    select
        moments.*,
        sum(moments.none_step) over (
            partition by moments.stars order by moments.age_us
            rows between unbounded preceding and 1 preceding
        ) as none_standing,
        sum(moments.written_step) over (
            partition by moments.stars order by moments.age_us
            rows between unbounded preceding and 1 preceding
        ) as written_standing,
        sum(moments.paid_step) over (
            partition by moments.stars order by moments.age_us
            rows between unbounded preceding and 1 preceding
        ) as paid_standing,
        sum(moments.asked_step) over (
            partition by moments.stars order by moments.age_us
            rows between unbounded preceding and 1 preceding
        ) as asked_standing
    from moments
),

sided as (
    select
        standing.stars,
        standing.age_us,
        'not contacted' as arm,
        standing.none_standing as at_risk,
        standing.none_change as changed
    from standing
    where
        standing.none_change + standing.written_change + standing.paid_change
        + standing.asked_change > 0
    union all
    select
        standing.stars,
        standing.age_us,
        'written to, not asked or refunded' as arm,
        standing.written_standing as at_risk,
        standing.written_change as changed
    from standing
    where standing.none_change + standing.written_change > 0
    union all
    select
        standing.stars,
        standing.age_us,
        'refunded, not asked' as arm,
        standing.paid_standing as at_risk,
        standing.paid_change as changed
    from standing
    where standing.none_change + standing.paid_change + standing.asked_change > 0
    union all
    select
        standing.stars,
        standing.age_us,
        'asked' as arm,
        standing.asked_standing as at_risk,
        standing.asked_change as changed
    from standing
    where standing.none_change + standing.paid_change + standing.asked_change > 0
)

select
    lift_pairs.arm,
    lift_pairs.reference,
    mine.stars,
    mine.age_us,
    cast(mine.at_risk as bigint) as arm_at_risk,
    cast(mine.changed as bigint) as arm_changed,
    cast(theirs.at_risk as bigint) as reference_at_risk,
    cast(theirs.changed as bigint) as reference_changed
from lift_pairs
inner join sided as mine
    on lift_pairs.arm = mine.arm
inner join sided as theirs
    on
        lift_pairs.reference = theirs.arm
        and mine.stars = theirs.stars
        and mine.age_us = theirs.age_us
where mine.at_risk > 0 and theirs.at_risk > 0 and mine.changed + theirs.changed > 0
order by lift_pairs.arm, lift_pairs.reference, mine.stars, mine.age_us
