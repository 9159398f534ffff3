-- cut_variants: the wordings that a month's messages carry, and all they descend from.
-- why: what somebody wrote this month is traced back to its first message; variants that nobody used
--   since are told in the months they were used in.
-- reads: phrase_uses, phrase_adoptions, cut_messages
-- emits: variant_id  one row: one wording
with recursive parents as (
    select distinct
        phrase_adoptions.variant_id,
        phrase_adoptions.parent_id
    from phrase_adoptions
),

line as (
    select phrase_uses.variant_id
    from phrase_uses
    inner join cut_messages
        on phrase_uses.message_id = cut_messages.message_id
    union
    select parents.parent_id as variant_id
    from line
    inner join parents
        on line.variant_id = parents.variant_id
    where parents.parent_id is not null
)

select line.variant_id
from line
order by line.variant_id
