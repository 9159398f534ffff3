-- review_keys: what each review can be joined by: order, buyer, product, and when it lived.
-- why: one event of a review may carry the order and the others not; a review is joined as a whole,
--   so that every event of its life is seen. The order's buyer stands in where no alias is given.
-- reads: review_events, orders
-- emits: review_ref, order_id, buyer_id, asin  one row: one review (or event without a review id)
with reviews as (
    select
        coalesce(nullif(review_events.review_id, ''), review_events.event_id) as review_ref,
        min(nullif(review_events.order_id, '')) as order_id,
        min(nullif(review_events.buyer_id, '')) as buyer_id,
        min(nullif(review_events.asin, '')) as asin
    from review_events
    group by coalesce(nullif(review_events.review_id, ''), review_events.event_id)
),

order_buyers as (
    select
        orders.order_id,
        min(nullif(orders.buyer_id, '')) as buyer_id
    from orders
    group by orders.order_id
)

select
    reviews.review_ref,
    reviews.order_id,
    coalesce(reviews.buyer_id, order_buyers.buyer_id) as buyer_id,
    reviews.asin
from reviews
left join order_buyers
    on reviews.order_id = order_buyers.order_id
order by reviews.review_ref
