-- wording_echoes: sentences of the seller side that say the kind of thing findings were made of, whether
--   the message is flagged or not.
-- why: a wording is older than its first violation: it is drafted in the staff chat, sent where the
--   platform allows it, or was dismissed. Looked at are sentences with a signal of the kinds that
--   findings rest on, also where a guard took the signal away (not the second reader's, which reads
--   whole messages); which of them are near a flagged
--   wording is decided later. Bodies are cut to the sentence at once and sorted nowhere; only 4,000
--   letters on each side of a signal are looked at, as one body may have thousands: what begins
--   further away is no sentence.
-- reads: wording_kinds, signals, message_keys, messages, wording_uses
-- emits: message_id, sent_at, wording  one row: one message and sentence not already among the wording_uses
with stretches as (
    select distinct
        signals.message_id,
        signals.matched_in,
        signals.match_start,
        signals.match_end
    from signals
    inner join wording_kinds
        on signals.signal = wording_kinds.signal
    inner join message_keys
        on signals.message_id = message_keys.message_id
    where message_keys.seller_side and signals.match_end > signals.match_start
),

texts as (
    select
        stretches.*,
        case
            when stretches.matched_in = 'subject' then messages.subject
            else messages.body
        end as full_text
    from stretches
    inner join messages
        on stretches.message_id = messages.message_id
),

parts as (
    select
        texts.message_id,
        string_split_regex(
            substr(
                texts.full_text,
                greatest(texts.match_start - 3999, 1),
                least(texts.match_start, 4000)
            ),
            '[.!?]+\s+|[。！？\n]+'
        )[-1] as head,
        substr(
            texts.full_text, texts.match_start + 1, texts.match_end - texts.match_start
        ) as stretch,
        string_split_regex(
            substr(texts.full_text, texts.match_end + 1, 4000),
            '[.!?]+\s+|[.!?]+$|[。！？\n]+'
        )[1] as tail
    from texts
),

sentences as (
    select distinct
        parts.message_id,
        substr(trim(parts.head || parts.stretch || parts.tail), 1, 400) as wording
    from parts
    where length(parts.head) < 4000
)

select
    sentences.message_id,
    message_keys.sent_at,
    sentences.wording
from sentences
inner join message_keys
    on sentences.message_id = message_keys.message_id
left join wording_uses
    on
        sentences.message_id = wording_uses.message_id
        and sentences.wording = wording_uses.wording
where wording_uses.message_id is null and sentences.wording <> ''
order by message_keys.sent_at, sentences.message_id, sentences.wording
