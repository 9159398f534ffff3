-- messages: every message once, in UTC, with its thread, its case and its language.
-- why: the canonical table that everything to the right reads; the contract's columns come first.
-- reads: messages_base, message_threads, message_languages
-- emits: message_id, thread_id, sent_at, direction, sender, recipient, channel, marketplace,
--   order_id, asin, subject, body, operator, language, delivered, source_file, source_locator,
--   buyer_id, origin, derived, source_no, row_no, case_id  one row: one message
select
    messages_base.message_id,
    message_threads.thread_id,
    messages_base.sent_at,
    messages_base.direction,
    messages_base.sender,
    messages_base.recipient,
    messages_base.channel,
    messages_base.marketplace,
    messages_base.order_id,
    messages_base.asin,
    messages_base.subject,
    messages_base.body,
    messages_base.operator,
    message_languages.language,
    messages_base.delivered,
    messages_base.source_file,
    messages_base.source_locator,
    messages_base.buyer_id,
    messages_base.origin,
    messages_base.derived,
    messages_base.source_no,
    messages_base.row_no,
    message_threads.case_id
from messages_base
inner join message_threads
    on messages_base.message_id = message_threads.message_id
left join message_languages
    on messages_base.message_id = message_languages.message_id
