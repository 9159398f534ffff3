-- review_meetings: each low review with what its buyer met while the review still stood: the first
--   message, the first refund, the first ask.
-- why: only what came after the review and before its change can have preceded the change. The order
--   decides whose contacts count; the buyer's alias only where the review carries no order.
-- reads: review_lives, case_orders, case_buyers, message_keys, judged, money_refunds
-- emits: review_ref, stars, created_at, changed_at, change_uncertain, stood_until, seen_until,
--   contacted_at, refunded_at, asked_at  one row: one low review
with review_cases as (
    select
        review_lives.review_ref,
        case_orders.case_id
    from review_lives
    inner join case_orders
        on review_lives.order_id = case_orders.order_id
    union all
    select
        review_lives.review_ref,
        case_buyers.case_id
    from review_lives
    inner join case_buyers
        on review_lives.buyer_id = case_buyers.buyer_id
    where review_lives.order_id is null
),

review_messages as (
    select
        review_cases.review_ref,
        message_keys.message_id,
        message_keys.sent_at
    from review_cases
    inner join message_keys
        on review_cases.case_id = message_keys.case_id
    inner join review_lives
        on review_cases.review_ref = review_lives.review_ref
    where
        message_keys.direction = 'outbound'
        and message_keys.sent_at >= review_lives.created_at
        and message_keys.sent_at < coalesce(review_lives.changed_at, review_lives.seen_until)
),

asks as (
    select distinct judged.message_id
    from judged
    where
        judged.status <> 'dismissed'
        and judged.direction = 'outbound'
        and judged.policy_id in (
            'review-change-request', 'refund-for-review-change', 'positive-review-request',
            'compensated-review', 'customer-account-review'
        )
),

contacts as (
    select
        review_messages.review_ref,
        min(review_messages.sent_at) as contacted_at,
        min(case when asks.message_id is not null then review_messages.sent_at end) as asked_at
    from review_messages
    left join asks
        on review_messages.message_id = asks.message_id
    group by review_messages.review_ref
),

review_orders as (
    select
        review_lives.review_ref,
        review_lives.order_id
    from review_lives
    where review_lives.order_id is not null
    union
    select
        review_cases.review_ref,
        case_orders.order_id
    from review_cases
    inner join review_lives
        on review_cases.review_ref = review_lives.review_ref
    inner join case_orders
        on review_cases.case_id = case_orders.case_id
    where review_lives.order_id is null
),

paid as (
    select
        review_orders.review_ref,
        min(money_refunds.refunded_at) as refunded_at
    from review_orders
    inner join money_refunds
        on review_orders.order_id = money_refunds.order_id
    inner join review_lives
        on review_orders.review_ref = review_lives.review_ref
    where
        money_refunds.refunded_at >= review_lives.created_at
        and money_refunds.refunded_at < coalesce(review_lives.changed_at, review_lives.seen_until)
    group by review_orders.review_ref
)

select
    review_lives.review_ref,
    review_lives.stars,
    review_lives.created_at,
    review_lives.changed_at,
    review_lives.change_uncertain,
    review_lives.stood_until,
    review_lives.seen_until,
    contacts.contacted_at,
    paid.refunded_at,
    contacts.asked_at
from review_lives
left join contacts
    on review_lives.review_ref = contacts.review_ref
left join paid
    on review_lives.review_ref = paid.review_ref
order by review_lives.created_at, review_lives.review_ref
