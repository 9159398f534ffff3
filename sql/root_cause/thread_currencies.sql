-- thread_currencies: the currency that money without one is in, for each violating thread.
-- why: a refund list without a currency column, or "your refund" without a sum, must not become a
--   row of its own that says "promised, not paid" beside one that says "paid, not promised". Only
--   where the refunds, else the orders, else the promises know exactly one currency is it taken.
-- reads: thread_orders, money_refunds, violating_threads, promises
-- emits: thread_id, currency  one row: one violating thread with one currency
with known as (
    select
        thread_orders.thread_id,
        money_refunds.currency,
        1 as place
    from thread_orders
    inner join money_refunds
        on thread_orders.order_id = money_refunds.order_id
    union all
    select
        thread_orders.thread_id,
        thread_orders.currency,
        2 as place
    from thread_orders
    union all
    select
        violating_threads.thread_id,
        promises.currency,
        3 as place
    from violating_threads
    inner join promises
        on violating_threads.case_id = promises.case_id
),

counted as (
    select
        known.thread_id,
        known.place,
        min(known.currency) as currency
    from known
    where coalesce(known.currency, '') <> ''
    group by known.thread_id, known.place
    having count(distinct known.currency) = 1
),

ranked as (
    select
        counted.*,
        row_number() over (partition by counted.thread_id order by counted.place) as choice
    from counted
)

select
    ranked.thread_id,
    ranked.currency
from ranked
where ranked.choice = 1
order by ranked.thread_id
