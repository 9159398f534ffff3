-- drawn: the messages of a sample as a person judges them.
-- why: the words and where they stand; what the person thinks of them goes into the empty columns.
-- reads: messages
-- emits: message_id, sent_at, direction, channel, language, thread_id, subject, body, source_file,
--   source_locator, violates, note  one row: one message
select
    messages.message_id,
    messages.sent_at,
    messages.direction,
    messages.channel,
    messages.language,
    messages.thread_id,
    messages.subject,
    messages.body,
    messages.source_file,
    messages.source_locator,
    '' as violates,
    '' as note
from messages
where messages.message_id in (select unnest($ids))
order by messages.sent_at, messages.message_id
