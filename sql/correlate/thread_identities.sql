-- thread_identities: what identifies a thread whatever else is imported later.
-- why: derived thread ids may grow with the archive; the given id, else case, order or buyer does not.
-- reads: messages_base
-- emits: message_id, identity  one row: one message
select
    messages_base.message_id,
    coalesce(
        'thread:' || nullif(messages_base.thread_id, ''),
        'case:' || nullif(messages_base.case_ref, ''),
        'order:' || nullif(messages_base.order_id, ''),
        'buyer:' || nullif(messages_base.buyer_id, ''),
        'message'
    ) as identity
from messages_base
