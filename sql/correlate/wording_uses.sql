-- wording_uses: the sentence around each undismissed finding, by message.
-- why: the words of the finding alone are too few to tell who took over whose wording; the sentence
--   tells. Only flagged messages' bodies are touched. A full stop inside a number or a hidden word
--   ends no sentence.
-- reads: judged, messages
-- emits: message_id, sent_at, thread_id, operator, channel, direction, buyer_id, wording
--   one row: one message and sentence
with stretches as (
    select distinct
        judged.message_id,
        judged.matched_in,
        judged.match_start,
        judged.match_end
    from judged
    where judged.status <> 'dismissed'
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
            substr(texts.full_text, 1, texts.match_start), '[.!?]+\s+|[。！？\n]+'
        )[-1] as head,
        substr(
            texts.full_text, texts.match_start + 1, texts.match_end - texts.match_start
        ) as stretch,
        string_split_regex(
            substr(texts.full_text, texts.match_end + 1), '[.!?]+\s+|[.!?]+$|[。！？\n]+'
        )[1] as tail
    from texts
),

sentences as (
    select distinct
        parts.message_id,
        trim(parts.head || parts.stretch || parts.tail) as wording
    from parts
)

select
    sentences.message_id,
    message_facts.sent_at,
    message_facts.thread_id,
    message_facts.operator,
    message_facts.channel,
    message_facts.direction,
    message_facts.buyer_id,
    substr(sentences.wording, 1, 400) as wording
from sentences
inner join (
    select distinct
        judged.message_id,
        judged.sent_at,
        judged.thread_id,
        judged.operator,
        judged.channel,
        judged.direction,
        judged.buyer_id
    from judged
) as message_facts
    on sentences.message_id = message_facts.message_id
where sentences.wording <> ''
order by message_facts.sent_at, sentences.message_id, sentences.wording
