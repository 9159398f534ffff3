-- messages_base: every message once, as read, with the id it keeps and the place it came from.
-- why: duplicates are out, text is verbatim; threads and language are added further right. What the
--   counted row leaves open (who wrote it, for which order) its copies and twins may tell. The
--   order's buyer stands in where the message names no other party. What came back, as any file
--   says, was not delivered.
-- reads: raw_messages, message_rows, file_names, raw_orders, raw_bounces
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
),

told_again as (
    select distinct message_rows.row_id
    from message_rows
    where message_rows.is_duplicate
),

told as (
    select
        message_rows.row_id,
        min(nullif(raw_messages.thread_id, '')) as thread_id,
        min(nullif(raw_messages.direction, 'unknown')) as direction,
        min(raw_messages.sender) as sender,
        min(raw_messages.recipient) as recipient,
        min(raw_messages.marketplace) as marketplace,
        min(nullif(raw_messages.order_id, '')) as order_id,
        min(nullif(raw_messages.asin, '')) as asin,
        min(raw_messages.operator) as operator,
        min(nullif(raw_messages.buyer_id, '')) as buyer_id,
        min(nullif(raw_messages.case_ref, '')) as case_ref,
        min(nullif(raw_messages.reply_to, '')) as reply_to,
        bool_and(raw_messages.delivered) as delivered
    from message_rows
    inner join told_again
        on message_rows.row_id = told_again.row_id
    inner join raw_messages
        on
            message_rows.source_no = raw_messages.source_no
            and message_rows.row_no = raw_messages.row_no
    group by message_rows.row_id
),

came_back as (
    select distinct message_rows.row_id
    from raw_bounces
    inner join message_rows
        on raw_bounces.message_id = message_rows.given_id
)

select
    message_rows.row_id as message_id,
    coalesce(nullif(raw_messages.thread_id, ''), told.thread_id) as thread_id,
    raw_messages.sent_at,
    coalesce(nullif(raw_messages.direction, 'unknown'), told.direction, 'unknown') as direction,
    coalesce(raw_messages.sender, told.sender) as sender,
    coalesce(raw_messages.recipient, told.recipient) as recipient,
    raw_messages.channel,
    coalesce(raw_messages.marketplace, told.marketplace) as marketplace,
    coalesce(nullif(raw_messages.order_id, ''), told.order_id) as order_id,
    coalesce(nullif(raw_messages.asin, ''), told.asin) as asin,
    coalesce(raw_messages.subject, '') as subject,
    raw_messages.body,
    coalesce(raw_messages.operator, told.operator) as operator,
    case
        when coalesce(nullif(raw_messages.direction, 'unknown'), told.direction, '') <> 'internal'
            then
                coalesce(nullif(raw_messages.buyer_id, ''), told.buyer_id, order_buyers.buyer_id)
    end as buyer_id,
    coalesce(nullif(raw_messages.case_ref, ''), told.case_ref) as case_ref,
    coalesce(nullif(raw_messages.reply_to, ''), told.reply_to) as reply_to,
    case
        when came_back.row_id is not null then false
        else coalesce(raw_messages.delivered, told.delivered)
    end as delivered,
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
left join told
    on message_rows.row_id = told.row_id
left join came_back
    on message_rows.row_id = came_back.row_id
left join order_buyers
    on coalesce(nullif(raw_messages.order_id, ''), told.order_id) = order_buyers.order_id
where not message_rows.is_duplicate
