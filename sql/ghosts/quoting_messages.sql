-- quoting_messages: messages with a quoted stretch, with their text and what is known of them.
-- why: a quoted tail may be the only copy of a message that the archive lacks.
-- reads: messages_base, message_threads, segments
-- emits: message_id, case_id, thread_id, sent_at, direction, channel, marketplace, order_id, buyer_id,
--   source_file, source_locator, body, starts, ends  one row: one message
with stretches as (
    select
        segments.message_id,
        list(segments.segment_start order by segments.segment_start) as starts,
        list(segments.segment_end order by segments.segment_start) as ends
    from segments
    where segments.kind = 'quoted'
    group by segments.message_id
)

select
    messages_base.message_id,
    message_threads.case_id,
    message_threads.thread_id,
    messages_base.sent_at,
    messages_base.direction,
    messages_base.channel,
    messages_base.marketplace,
    messages_base.order_id,
    messages_base.buyer_id,
    messages_base.source_file,
    messages_base.source_locator,
    messages_base.body,
    stretches.starts,
    stretches.ends
from stretches
inner join messages_base
    on stretches.message_id = messages_base.message_id
inner join message_threads
    on stretches.message_id = message_threads.message_id
