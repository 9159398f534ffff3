-- lineage_goes_forward: wordings taken from a later message, or families that do not begin with
--   their first message.
-- why: nobody copies from the future; a family has exactly one first message.
-- reads: phrase_lineage, messages
-- emits: phrase_id, variant_id, fault  one row: one wording out of order
with firsts as (
    select
        phrase_lineage.phrase_id,
        count(*) filter (where phrase_lineage.role = 'first') as n
    from phrase_lineage
    group by phrase_lineage.phrase_id
),

final as (
    select
        phrase_lineage.phrase_id,
        phrase_lineage.variant_id,
        'taken from a later message' as fault
    from phrase_lineage
    inner join messages
        on phrase_lineage.taken_from_message_id = messages.message_id
    where messages.sent_at > phrase_lineage.first_at
    union all
    select
        firsts.phrase_id,
        '' as variant_id,
        'not one first message' as fault
    from firsts
    where firsts.n <> 1
)

select
    final.phrase_id,
    final.variant_id,
    final.fault
from final
order by final.phrase_id, final.variant_id
