-- opinions: how likely the second reader holds each seller message it was asked about to break a rule.
-- why: rules quote what was said; the second reader weighs the whole message. It was asked only where
--   the grammar found something or concepts stand together, so no row means no opinion.
-- reads: said
-- emits: message_id, score  one row: one message
select
    said.message_id,
    max(said.score) as score
from said
where said.signal = 'second_reader' and said.seller_side
group by said.message_id
order by said.message_id
