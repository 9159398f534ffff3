-- text_identity: what makes a message's text the same text in the same thread, for stable ids.
-- why: a finding's id survives re-import, another file order and later messages, and changes when
--   the text changes; from the second equal body in a thread on, the message id tells them apart.
-- reads: flagged, queue_candidates, messages, thread_identities
-- emits: message_id, identity, body_hash, tail  one row: one flagged or queued message
with wanted as (
    select flagged.message_id
    from flagged
    union
    select queue_candidates.message_id
    from queue_candidates
),

wanted_threads as (
    select distinct thread_identities.identity
    from wanted
    inner join thread_identities
        on wanted.message_id = thread_identities.message_id
),

texts as (
    select
        messages.message_id,
        thread_identities.identity,
        sha256(messages.body) as body_hash,
        messages.sent_at
    from thread_identities
    inner join wanted_threads
        on thread_identities.identity = wanted_threads.identity
    inner join messages
        on thread_identities.message_id = messages.message_id
),

numbered as (
    select
        texts.message_id,
        texts.identity,
        texts.body_hash,
        row_number() over (
            partition by texts.identity, texts.body_hash
            order by texts.sent_at, texts.message_id
        ) as occurrence
    from texts
)

select
    numbered.message_id,
    numbered.identity,
    numbered.body_hash,
    case when numbered.occurrence = 1 then '' else numbered.message_id end as tail
from numbered
inner join wanted
    on numbered.message_id = wanted.message_id
order by numbered.message_id
