-- money_refunds: the refunds in which money went back, as positive amounts.
-- why: a replacement parcel is listed among the refunds and is no money. Some exports write what went
--   out with a minus sign: where all amounts of a file do, the sign is the file's manner and not a
--   repayment; a single minus among others takes money back.
-- reads: refunds
-- emits: refund_id, order_id, refunded_at, amount, currency  one row: one refund of money
with manners as (
    select
        refunds.source_file,
        max(refunds.amount) as highest
    from refunds
    group by refunds.source_file
)

select
    refunds.refund_id,
    refunds.order_id,
    refunds.refunded_at,
    cast(
        case when manners.highest <= 0 then -refunds.amount else refunds.amount end
        as decimal(18, 4)
    ) as amount,
    coalesce(refunds.currency, '') as currency
from refunds
left join manners
    on refunds.source_file is not distinct from manners.source_file
where coalesce(refunds.reason, '') not like 'replacement:%'
order by refunds.refunded_at, refunds.order_id, refunds.refund_id
