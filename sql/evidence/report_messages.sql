-- report_messages: every message of the conversations that the report shows, with the thread it is shown in.
-- why: bodies of flagged threads alone are worth the space; threads of one case are judged together, so
--   the messages of a case's other threads are shown with it.
-- reads: findings, messages
-- emits: shown_in, message_id, thread_id, sent_at, direction, sender, recipient, channel, marketplace, order_id,
--   asin, subject, body, operator, language, delivered, source_file, source_locator, buyer_id  one row: one shown
--   thread and one message
with flagged as (
    select distinct findings.thread_id
    from findings
),

own as (
    select
        flagged.thread_id as shown_in,
        messages.message_id
    from flagged
    inner join messages on flagged.thread_id = messages.thread_id
),

cases as (
    select distinct
        flagged.thread_id as shown_in,
        messages.case_id
    from flagged
    inner join messages on flagged.thread_id = messages.thread_id
    where messages.case_id is not null
),

related as (
    select
        cases.shown_in,
        messages.message_id
    from cases
    inner join messages on cases.case_id = messages.case_id
),

shown as (
    select
        own.shown_in,
        own.message_id
    from own
    union
    select
        related.shown_in,
        related.message_id
    from related
),

final as (
    select
        shown.shown_in,
        messages.message_id,
        messages.thread_id,
        messages.sent_at,
        messages.direction,
        messages.sender,
        messages.recipient,
        messages.channel,
        messages.marketplace,
        messages.order_id,
        messages.asin,
        messages.subject,
        messages.body,
        messages.operator,
        messages.language,
        messages.delivered,
        messages.source_file,
        messages.source_locator,
        messages.buyer_id
    from shown
    inner join messages on shown.message_id = messages.message_id
)

select
    shown_in,
    message_id,
    thread_id,
    sent_at,
    direction,
    sender,
    recipient,
    channel,
    marketplace,
    order_id,
    asin,
    subject,
    body,
    operator,
    language,
    delivered,
    source_file,
    source_locator,
    buyer_id
from final
order by shown_in, sent_at, message_id
