-- case_facts: what a case holds besides the ask: money, a low review, a refusal, an opt-out.
-- why: the unit of judgement is the thread; every verdict joins this one row.
--   A buyer who speaks of the review and of money in one message offers a trade.
-- reads: message_keys, seller_money, low_reviews, said
-- emits: case_id, compensated_at, refunded_at, gift_at, replacement_at, low_review_at, accepted_at,
--   refused_at, opted_out_at, buyer_offered_at, removal_reported_at, review_named_at  one row:
--   one case
with cases as (
    select distinct message_keys.case_id
    from message_keys
),

money as (
    select
        seller_money.case_id,
        min(seller_money.at) filter (
            where seller_money.kind in ('refund', 'gift', 'payment')
        ) as compensated_at,
        min(seller_money.at) filter (where seller_money.kind = 'refund') as refunded_at,
        min(seller_money.at) filter (where seller_money.kind in ('gift', 'payment')) as gift_at,
        min(seller_money.at) filter (where seller_money.kind = 'replacement') as replacement_at
    from seller_money
    group by seller_money.case_id
),

low as (
    select
        low_reviews.case_id,
        min(low_reviews.known_at) as low_review_at
    from low_reviews
    group by low_reviews.case_id
),

trades as (
    select distinct offered.message_id
    from said as offered
    inner join said as wanted
        on
            offered.message_id = wanted.message_id
            and wanted.signal in ('refund_offered', 'replacement_offered', 'demand_by_buyer')
    where
        offered.direction = 'inbound'
        and offered.signal in ('change_asked', 'removal_asked', 'review_posted')
),

buyers as (
    select
        said.case_id,
        min(said.sent_at) filter (where said.signal = 'refund_accepted') as accepted_at,
        min(said.sent_at) filter (where said.signal = 'review_refused') as refused_at,
        min(said.sent_at) filter (where said.signal = 'opted_out') as opted_out_at,
        min(said.sent_at) filter (
            where said.signal = 'change_offered_by_buyer' or trades.message_id is not null
        ) as buyer_offered_at,
        min(said.sent_at) filter (where said.signal = 'removal_reported') as removal_reported_at,
        min(said.sent_at) filter (
            where said.signal in ('review_mentioned', 'review_posted', 'low_review_reported')
        ) as review_named_at
    from said
    left join trades
        on said.message_id = trades.message_id
    where said.direction = 'inbound'
    group by said.case_id
)

select
    cases.case_id,
    money.compensated_at,
    money.refunded_at,
    money.gift_at,
    money.replacement_at,
    low.low_review_at,
    buyers.accepted_at,
    buyers.refused_at,
    buyers.opted_out_at,
    buyers.buyer_offered_at,
    buyers.removal_reported_at,
    buyers.review_named_at
from cases
left join money
    on cases.case_id = money.case_id
left join low
    on cases.case_id = low.case_id
left join buyers
    on cases.case_id = buyers.case_id
order by cases.case_id
