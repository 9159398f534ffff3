-- low_reviews: where a case shows that a low review exists, from words, events or templates.
-- why: five stars asked of a buyer with a known low review is a request to change it.
-- reads: said, case_orders, case_buyers, review_events
-- emits: case_id, known_at, how, review_id, message_id  one row: one sign of a low review
with spoken as (
    select
        said.case_id,
        said.sent_at as known_at,
        case
            when said.signal = 'platform_template' then 'template'
            when said.direction = 'inbound' then 'buyer'
            else 'seller'
        end as how,
        cast(null as varchar) as review_id,
        said.message_id
    from said
    where
        (
            said.signal in ('low_review_reported', 'low_review_mentioned')
            and said.direction in ('inbound', 'outbound')
        )
        or (said.signal = 'platform_template' and said.rule_id like '%contact%')
),

low_events as (
    select
        review_events.review_id,
        review_events.order_id,
        review_events.buyer_id,
        review_events.occurred_at as known_at
    from review_events
    where review_events.rating <= $negative_at_most
),

by_order as (
    select
        case_orders.case_id,
        low_events.known_at,
        'review' as how,
        low_events.review_id,
        cast(null as varchar) as message_id
    from low_events
    inner join case_orders
        on low_events.order_id = case_orders.order_id
),

by_buyer as (
    select
        case_buyers.case_id,
        low_events.known_at,
        'review' as how,
        low_events.review_id,
        cast(null as varchar) as message_id
    from low_events
    inner join case_buyers
        on low_events.buyer_id = case_buyers.buyer_id
    where coalesce(low_events.order_id, '') = ''
),

final as (
    select * from spoken
    union all
    select * from by_order
    union all
    select * from by_buyer
)

select
    final.case_id,
    final.known_at,
    final.how,
    final.review_id,
    final.message_id
from final
order by final.case_id, final.known_at, final.how, final.review_id, final.message_id
