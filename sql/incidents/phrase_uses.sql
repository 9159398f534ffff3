-- phrase_uses: every message of the seller side that carries a flagged wording or one near to it.
-- why: where a wording came from is told by all who wrote it, not by those alone whose message was
--   flagged; is_flagged keeps the two apart, for an earlier use may be a draft, a warning against it
--   or allowed where it was sent.
-- reads: wording_uses, wording_echoes, wordings, message_keys, judged
-- emits: phrase_id, variant_id, parent_id, similarity, message_id, sent_at, thread_id, operator,
--   channel, direction, buyer_id, wording, is_flagged  one row: one message and sentence
with live as (
    select distinct judged.message_id
    from judged
    where judged.status <> 'dismissed'
),

carried as (
    select
        wording_uses.message_id,
        wording_uses.wording
    from wording_uses
    union
    select
        wording_echoes.message_id,
        wording_echoes.wording
    from wording_echoes
)

select
    wordings.phrase_id,
    wordings.variant_id,
    wordings.parent_id,
    wordings.similarity,
    carried.message_id,
    message_keys.sent_at,
    message_keys.thread_id,
    message_keys.operator,
    message_keys.channel,
    message_keys.direction,
    message_keys.buyer_id,
    carried.wording,
    live.message_id is not null as is_flagged
from carried
inner join wordings
    on carried.wording = wordings.wording
inner join message_keys
    on carried.message_id = message_keys.message_id
left join live
    on carried.message_id = live.message_id
order by message_keys.sent_at, carried.message_id, carried.wording
