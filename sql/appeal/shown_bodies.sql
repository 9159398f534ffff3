-- shown_bodies: subject and body of every message that the pack quotes.
-- why: offsets of a quote are carried over to the redacted text, so the whole text is needed.
-- reads: findings, queue, report_messages, messages
-- emits: message_id, thread_id, marketplace, direction, subject, body  one row: one quoted message
with quoted as (
    select findings.message_id from findings
    union
    select queue.message_id from queue
    union
    select report_messages.message_id from report_messages
)

select
    messages.message_id,
    messages.thread_id,
    messages.marketplace,
    messages.direction,
    messages.subject,
    messages.body
from quoted
inner join messages
    on quoted.message_id = messages.message_id
order by messages.message_id
