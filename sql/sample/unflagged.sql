-- unflagged: the seller messages nobody was pointed to: no finding, no queue entry, no decision.
-- why: what was missed is among these, so the sample that bounds it is drawn from them. A stratum is
--   a channel, a side and a language; the order inside one is that of a hash with the seed.
-- reads: messages, judged, queue_candidates
-- emits: message_id, stratum, draw  one row: one message
with pointed as (
    select judged.message_id from judged
    union
    select queue_candidates.message_id from queue_candidates
)

select
    messages.message_id,
    coalesce(messages.channel, '') || chr(31) || messages.direction
    || chr(31) || coalesce(messages.language, '') as stratum,
    sha256($seed || chr(31) || messages.message_id) as draw
from messages
left join pointed
    on messages.message_id = pointed.message_id
where
    messages.direction in ('outbound', 'internal')
    and pointed.message_id is null
    and trim(coalesce(messages.subject, '') || coalesce(messages.body, '')) <> ''
order by stratum, draw, messages.message_id
