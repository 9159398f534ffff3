-- seller_money: every refund, gift, payment or replacement by the seller that a case shows.
-- why: an ask with compensation anywhere in the thread is another policy than an ask alone; what
--   was said and what was booked both count.
-- reads: said, case_orders, refunds
-- emits: case_id, at, kind, place, message_id, refund_id, conditional  one row: one piece of money
with spoken as (
    select
        said.case_id,
        said.sent_at as at,
        case said.signal
            when 'refund_offered' then 'refund'
            when 'replacement_offered' then 'replacement'
            when 'outside_payment' then 'payment'
            else 'gift'
        end as kind,
        said.place,
        said.message_id,
        cast(null as varchar) as refund_id,
        said.conditional
    from said
    where
        said.signal in (
            'refund_offered', 'replacement_offered', 'outside_payment',
            'compensation_offered', 'compensation_tied'
        )
        and said.direction = 'outbound'
        and said.strength = 'sure'
),

booked as (
    select
        case_orders.case_id,
        refunds.refunded_at as at,
        case
            when refunds.reason like 'replacement:%' then 'replacement' else 'refund'
        end as kind,
        cast(null as bigint) as place,
        cast(null as varchar) as message_id,
        refunds.refund_id,
        false as conditional
    from refunds
    inner join case_orders
        on refunds.order_id = case_orders.order_id
),

final as (
    select * from spoken
    union all
    select * from booked
)

select
    final.case_id,
    final.at,
    final.kind,
    final.place,
    final.message_id,
    final.refund_id,
    final.conditional
from final
order by final.case_id, final.at, final.kind, final.message_id, final.refund_id
