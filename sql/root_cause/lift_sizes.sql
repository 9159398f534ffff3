-- lift_sizes: low reviews of each arm, by stars, and how many were raised or removed while in it.
-- why: the plain counts behind the comparison. A review counts in each arm it was in at some time:
--   it stood unwritten to before it was asked.
-- reads: review_spells
-- emits: arm, stars, reviews, changed, uncertain, order_unknown
--   one row: one arm and number of stars
select
    review_spells.arm,
    review_spells.stars,
    count(*) as reviews,
    count(*) filter (where review_spells.changed) as changed,
    count(*) filter (where review_spells.changed and review_spells.change_uncertain) as uncertain,
    count(*) filter (where review_spells.order_unknown) as order_unknown
from review_spells
group by review_spells.arm, review_spells.stars
order by review_spells.arm, review_spells.stars
