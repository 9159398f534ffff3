-- quoted_messages: the messages of the cases that hold something flagged or queued, and those that share
--   an identity with one of them.
-- why: their texts are read again and again from here on, and nobody else's.
-- reads: flagged, queue_candidates, message_keys, thread_identities
-- emits: message_id  one row: one message
with wanted as (
    select flagged.message_id
    from flagged
    union
    select queue_candidates.message_id
    from queue_candidates
),

cases as (
    select distinct message_keys.case_id
    from message_keys
    inner join wanted
        on message_keys.message_id = wanted.message_id
),

identities as (
    select distinct thread_identities.identity
    from thread_identities
    inner join wanted
        on thread_identities.message_id = wanted.message_id
)

select message_keys.message_id
from message_keys
inner join cases
    on message_keys.case_id = cases.case_id
union
select thread_identities.message_id
from thread_identities
inner join identities
    on thread_identities.identity = identities.identity
