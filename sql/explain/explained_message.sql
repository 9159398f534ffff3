-- explained_message: the message that is explained.
-- why: who said it, when, where, and where its row stands in the seller's own files.
-- reads: messages
-- emits: message_id, thread_id, case_id, sent_at, direction, operator, channel, marketplace, order_id,
--   language, delivered, subject, body, source_file, source_locator  one row: one message
select
    messages.message_id,
    messages.thread_id,
    messages.case_id,
    messages.sent_at,
    messages.direction,
    messages.operator,
    messages.channel,
    messages.marketplace,
    messages.order_id,
    messages.language,
    messages.delivered,
    messages.subject,
    messages.body,
    messages.source_file,
    messages.source_locator
from messages
where messages.message_id = $message
