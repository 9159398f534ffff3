-- cleared_threads: every conversation with a message of the seller side in which nothing is found.
-- why: that the rest was read is shown, not claimed: each cleared conversation is named, with how it
--   was cleared (by the rules alone, or by a person who dismissed what the rules had named).
-- reads: messages, judged, queue
-- emits: thread_id, first_message_at, last_message_at, message_count, seller_messages, buyer_id,
--   order_id, channels, marketplaces, cleared_by, dismissed_findings  one row: one cleared thread
with threads_read as (
    select
        messages.thread_id,
        min(messages.sent_at) as first_message_at,
        max(messages.sent_at) as last_message_at,
        count(*) as message_count,
        count(*) filter (where messages.direction in ('outbound', 'internal')) as seller_messages,
        min(messages.buyer_id) as buyer_id,
        min(messages.order_id) as order_id,
        array_to_string(list_sort(list(distinct messages.channel)), ';') as channels,
        array_to_string(list_sort(list(distinct messages.marketplace)), ';') as marketplaces
    from messages
    group by messages.thread_id
),

found as (
    select
        judged.thread_id,
        count(*) filter (where judged.status <> 'dismissed') as live,
        count(*) filter (where judged.status = 'dismissed') as dismissed
    from judged
    group by judged.thread_id
),

waiting as (
    select distinct queue.thread_id
    from queue
),

final as (
    select
        threads_read.thread_id,
        threads_read.first_message_at,
        threads_read.last_message_at,
        threads_read.message_count,
        threads_read.seller_messages,
        threads_read.buyer_id,
        threads_read.order_id,
        threads_read.channels,
        threads_read.marketplaces,
        case when coalesce(found.dismissed, 0) > 0 then 'person' else 'rules' end as cleared_by,
        coalesce(found.dismissed, 0) as dismissed_findings
    from threads_read
    left join found
        on threads_read.thread_id = found.thread_id
    left join waiting
        on threads_read.thread_id = waiting.thread_id
    where
        threads_read.seller_messages > 0
        and coalesce(found.live, 0) = 0
        and waiting.thread_id is null
)

select
    final.thread_id,
    final.first_message_at,
    final.last_message_at,
    final.message_count,
    final.seller_messages,
    final.buyer_id,
    final.order_id,
    final.channels,
    final.marketplaces,
    final.cleared_by,
    final.dismissed_findings
from final
order by final.first_message_at, final.thread_id
