-- thread_payments: what was paid back in each violating thread's case, per currency, to the cent.
-- why: the books' side of the money. A refund of a refund report and of a settlement may be one, so
--   an equal amount on one order is a possible double. What went beyond an order is told order by
--   order, and only where its cost is known. A refund without an amount is counted and adds nothing.
-- reads: thread_orders, money_refunds, thread_currencies
-- emits: thread_id, currency, first_at, paid, n_refunds, n_unknown, n_doubles, doubles, beyond_order,
--   refund_ids  one row: one violating thread and currency
with asked_of as (
    select distinct
        thread_orders.thread_id,
        thread_orders.order_id
    from thread_orders
),

thread_refunds as (
    select
        asked_of.thread_id,
        asked_of.order_id,
        money_refunds.refund_id,
        money_refunds.refunded_at,
        money_refunds.amount,
        coalesce(nullif(money_refunds.currency, ''), thread_currencies.currency, '') as currency
    from asked_of
    inner join money_refunds
        on asked_of.order_id = money_refunds.order_id
    left join thread_currencies
        on asked_of.thread_id = thread_currencies.thread_id
),

numbered as (
    select
        thread_refunds.*,
        row_number() over (
            partition by
                thread_refunds.thread_id,
                thread_refunds.order_id,
                thread_refunds.currency,
                thread_refunds.amount
            order by thread_refunds.refunded_at, thread_refunds.refund_id
        ) > 1
        and thread_refunds.amount is not null as is_double
    from thread_refunds
),

by_order as (
    select
        numbered.thread_id,
        numbered.order_id,
        numbered.currency,
        min(numbered.refunded_at) as first_at,
        sum(numbered.amount) as paid,
        count(*) as n_refunds,
        count(*) filter (where numbered.amount is null) as n_unknown,
        count(*) filter (where numbered.is_double) as n_doubles,
        sum(numbered.amount) filter (where numbered.is_double) as doubles,
        list(coalesce(numbered.refund_id, numbered.order_id)) as refund_ids
    from numbered
    group by numbered.thread_id, numbered.order_id, numbered.currency
),

costs as (
    select
        thread_orders.thread_id,
        thread_orders.order_id,
        coalesce(nullif(thread_orders.currency, ''), thread_currencies.currency, '') as currency,
        thread_orders.amount
    from thread_orders
    left join thread_currencies
        on thread_orders.thread_id = thread_currencies.thread_id
)

select
    by_order.thread_id,
    by_order.currency,
    min(by_order.first_at) as first_at,
    cast(sum(by_order.paid) as decimal(18, 4)) as paid,
    cast(sum(by_order.n_refunds) as bigint) as n_refunds,
    cast(sum(by_order.n_unknown) as bigint) as n_unknown,
    cast(sum(by_order.n_doubles) as bigint) as n_doubles,
    cast(coalesce(sum(by_order.doubles), 0) as decimal(18, 4)) as doubles,
    cast(
        sum(
            case
                when by_order.paid > costs.amount then by_order.paid - costs.amount
                when costs.amount is not null then 0
            end
        ) as decimal(18, 4)
    ) as beyond_order,
    array_to_string(list_sort(flatten(list(by_order.refund_ids))), ';') as refund_ids
from by_order
left join costs
    on
        by_order.thread_id = costs.thread_id
        and by_order.order_id = costs.order_id
        and by_order.currency = costs.currency
group by by_order.thread_id, by_order.currency
order by by_order.thread_id, by_order.currency
