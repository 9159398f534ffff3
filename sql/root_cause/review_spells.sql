-- review_spells: what each low review's buyer had met, stretch by stretch of the review's age: nothing,
--   a message, a refund without an ask, an ask; each from its beginning to what ended it.
-- why: a review must be sorted by what lay behind it at the time, never by what came later: one that
--   was raised before anybody wrote was "not contacted", and one that is asked tomorrow still is
--   today. Sorted by its end, the quick changers would be left with the milder arm. A stretch after
--   a contact ends $window_days after it, with the next step, with the change, or where nothing more
--   is seen. A contact at the moment of the change did not come before it. A change known from two
--   looks ends a stretch at the later one, as every other review still stands until it is looked at:
--   alike for all arms, so comparing stays fair; for one review nobody knows which came first where
--   the stretch began between the two (order_unknown).
-- reads: review_meetings
-- emits: review_ref, stars, arm, entered_us, left_us, changed, change_uncertain, order_unknown
--   one row: one review and stretch; ages in microseconds
with ages as (
    select
        review_meetings.review_ref,
        review_meetings.stars,
        review_meetings.change_uncertain,
        epoch_us(review_meetings.changed_at) - epoch_us(review_meetings.created_at) as changed_us,
        epoch_us(review_meetings.stood_until) - epoch_us(review_meetings.created_at) as stood_us,
        epoch_us(review_meetings.seen_until) - epoch_us(review_meetings.created_at) as seen_us,
        epoch_us(review_meetings.contacted_at) - epoch_us(review_meetings.created_at)
            as contacted_us,
        epoch_us(review_meetings.refunded_at) - epoch_us(review_meetings.created_at) as refunded_us,
        epoch_us(review_meetings.asked_at) - epoch_us(review_meetings.created_at) as asked_us,
        $window_days * 86400000000 as window_us
    from review_meetings
),

stretches as (
    select
        ages.*,
        'not contacted' as arm,
        0 as entered_us,
        least(ages.contacted_us, ages.refunded_us, ages.asked_us, ages.changed_us, ages.seen_us)
            as left_us
    from ages
    union all
    select
        ages.*,
        'written to, not asked or refunded' as arm,
        ages.contacted_us as entered_us,
        least(
            ages.refunded_us,
            ages.asked_us,
            ages.contacted_us + ages.window_us,
            ages.changed_us,
            ages.seen_us
        ) as left_us
    from ages
    union all
    select
        ages.*,
        'refunded, not asked' as arm,
        ages.refunded_us as entered_us,
        least(ages.asked_us, ages.refunded_us + ages.window_us, ages.changed_us, ages.seen_us)
            as left_us
    from ages
    union all
    select
        ages.*,
        'asked' as arm,
        ages.asked_us as entered_us,
        least(ages.asked_us + ages.window_us, ages.changed_us, ages.seen_us) as left_us
    from ages
)

select
    stretches.review_ref,
    stretches.stars,
    stretches.arm,
    stretches.entered_us,
    stretches.left_us,
    coalesce(stretches.left_us = stretches.changed_us, false) as changed,
    stretches.change_uncertain,
    coalesce(
        stretches.left_us = stretches.changed_us
        and stretches.change_uncertain
        and stretches.entered_us > greatest(stretches.stood_us, 0),
        false
    ) as order_unknown
from stretches
where stretches.entered_us < stretches.left_us
order by stretches.review_ref, stretches.entered_us
