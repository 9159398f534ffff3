-- thread_orders: the orders of each violating thread's case, with what they cost, per currency.
-- why: money back is held against the order it came from. An order of several items costs their sum;
--   where one item's amount is missing the order's is not known.
-- reads: violating_threads, case_orders, orders
-- emits: thread_id, order_id, currency, amount  one row: one thread, order and currency
select
    violating_threads.thread_id,
    case_orders.order_id,
    coalesce(orders.currency, '') as currency,
    case
        when count(orders.amount) = count(*) then sum(cast(orders.amount as decimal(18, 4)))
    end as amount
from violating_threads
inner join case_orders
    on violating_threads.case_id = case_orders.case_id
left join orders
    on case_orders.order_id = orders.order_id
group by violating_threads.thread_id, case_orders.order_id, coalesce(orders.currency, '')
order by violating_threads.thread_id, case_orders.order_id, coalesce(orders.currency, '')
