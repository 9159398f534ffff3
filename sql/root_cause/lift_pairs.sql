-- lift_pairs: which arm of low reviews is compared with which.
-- why: each contact against none, and the ask against the refund alone: does asking add to paying?
-- reads: review_spells
-- emits: arm, reference  one row: one comparison whose arm holds a review
select distinct
    listed.arm,
    listed.reference
from (
    values
    ('asked', 'not contacted'),
    ('asked', 'refunded, not asked'),
    ('refunded, not asked', 'not contacted'),
    ('written to, not asked or refunded', 'not contacted')
) as listed (arm, reference)
inner join review_spells
    on listed.arm = review_spells.arm
order by listed.arm, listed.reference
