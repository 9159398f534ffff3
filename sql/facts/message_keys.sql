-- message_keys: the messages without their text, each with its place in its case.
-- why: sorts and windows run over keys; bodies are joined at the end. Ghosts (text known only from
--   a quoted tail) are left out: nobody knows when they were sent.
-- reads: messages
-- emits: message_id, thread_id, case_id, sent_at, place, direction, seller_side, operator, channel,
--   marketplace, order_id, asin, buyer_id, delivered  one row: one message
select
    messages.message_id,
    messages.thread_id,
    messages.case_id,
    messages.sent_at,
    row_number() over (
        partition by messages.case_id
        order by messages.sent_at, messages.source_no, messages.row_no
    ) as place,
    messages.direction,
    messages.direction in ('outbound', 'internal') as seller_side,
    coalesce(
        nullif(messages.operator, ''),
        nullif(trim(regexp_replace(messages.sender, '<[^>]*>', '')), ''),
        nullif(messages.sender, '')
    ) as operator,
    messages.channel,
    messages.marketplace,
    messages.order_id,
    messages.asin,
    messages.buyer_id,
    coalesce(messages.delivered, true) as delivered
from messages
where not coalesce(messages.derived, false)
order by messages.case_id, place
