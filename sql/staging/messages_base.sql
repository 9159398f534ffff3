-- messages_base: every message once, as read, with the id it keeps and the place it came from.
-- why: duplicates are out, text is verbatim; threads and language are added further right. The
--   order's buyer stands in where the message names no other party.
-- reads: raw_messages, message_rows, file_names, raw_orders
-- emits: message_id, thread_id, sent_at, direction, sender, recipient, channel, marketplace,
--   order_id, asin, subject, body, operator, buyer_id, case_ref, reply_to, delivered, origin,
--   derived, source_no, row_no, source_file, source_locator  one row: one message
with order_buyers as (
    select
        raw_orders.order_id,
        min(raw_orders.buyer_id) as buyer_id
    from raw_orders
    where coalesce(raw_orders.buyer_id, '') <> ''
    group by raw_orders.order_id
)

select
    message_rows.row_id as message_id,
    nullif(raw_messages.thread_id, '') as thread_id,
    raw_messages.sent_at,
    raw_messages.direction,
    raw_messages.sender,
    raw_messages.recipient,
    raw_messages.channel,
    raw_messages.marketplace,
    nullif(raw_messages.order_id, '') as order_id,
    nullif(raw_messages.asin, '') as asin,
    coalesce(raw_messages.subject, '') as subject,
    raw_messages.body,
    raw_messages.operator,
    case
        when raw_messages.direction <> 'internal'
            then coalesce(nullif(raw_messages.buyer_id, ''), order_buyers.buyer_id)
    end as buyer_id,
    nullif(raw_messages.case_ref, '') as case_ref,
    nullif(raw_messages.reply_to, '') as reply_to,
    raw_messages.delivered,
    raw_messages.origin,
    raw_messages.derived,
    raw_messages.source_no,
    raw_messages.row_no,
    file_names.source_file,
    raw_messages.source_locator
from raw_messages
inner join message_rows
    on
        raw_messages.source_no = message_rows.source_no
        and raw_messages.row_no = message_rows.row_no
inner join file_names
    on raw_messages.source_no = file_names.source_no
left join order_buyers
    on raw_messages.order_id = order_buyers.order_id
where not message_rows.is_duplicate
