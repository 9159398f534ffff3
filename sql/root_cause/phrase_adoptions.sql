-- phrase_adoptions: who used which variant of a wording, from when on, how often, and flagged how often.
-- why: the rows of the lineage. Messages without a named writer count as one writer, ''.
-- reads: phrase_uses
-- emits: phrase_id, variant_id, writer, parent_id, similarity, first_at, first_message_id,
--   first_is_flagged, wording, n_messages, n_flagged, n_buyers, channels
--   one row: one variant and person
select
    phrase_uses.phrase_id,
    phrase_uses.variant_id,
    coalesce(phrase_uses.operator, '') as writer,
    min(phrase_uses.parent_id) as parent_id,
    min(phrase_uses.similarity) as similarity,
    min(phrase_uses.sent_at) as first_at,
    arg_min(phrase_uses.message_id, (phrase_uses.sent_at, phrase_uses.message_id))
        as first_message_id,
    arg_min(phrase_uses.is_flagged, (phrase_uses.sent_at, phrase_uses.message_id))
        as first_is_flagged,
    arg_min(phrase_uses.wording, (phrase_uses.sent_at, phrase_uses.message_id)) as wording,
    count(distinct phrase_uses.message_id) as n_messages,
    count(distinct phrase_uses.message_id) filter (where phrase_uses.is_flagged) as n_flagged,
    count(distinct nullif(phrase_uses.buyer_id, '')) as n_buyers,
    array_to_string(
        list_sort(
            list_distinct(list(phrase_uses.channel) filter (phrase_uses.channel is not null))
        ), ';'
    ) as channels
from phrase_uses
group by
    phrase_uses.phrase_id, phrase_uses.variant_id, coalesce(phrase_uses.operator, '')
order by phrase_uses.phrase_id, first_at, phrase_uses.variant_id, writer
