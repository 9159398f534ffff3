-- money_ties_out: conversations whose refunds do not add up to what is booked for their orders.
-- why: promised against paid is told to the cent, so the sum must be the books' own. Over all
--   currencies: a refund without one may be shown under its order's, and none may be lost by that.
-- reads: thread_money, violating_threads, case_orders, money_refunds
-- emits: thread_id, paid, booked, n_refunds, n_booked  one row: one thread that does not tie out
with booked as (
    select
        violating_threads.thread_id,
        sum(money_refunds.amount) as booked,
        count(*) as n
    from violating_threads
    inner join case_orders
        on violating_threads.case_id = case_orders.case_id
    inner join money_refunds
        on case_orders.order_id = money_refunds.order_id
    group by violating_threads.thread_id
),

told as (
    select
        thread_money.thread_id,
        sum(thread_money.paid) as paid,
        sum(thread_money.n_refunds) as n
    from thread_money
    group by thread_money.thread_id
)

select
    coalesce(told.thread_id, booked.thread_id) as thread_id,
    told.paid,
    booked.booked,
    told.n as n_refunds,
    booked.n as n_booked
from told
full outer join booked
    on told.thread_id = booked.thread_id
where
    coalesce(told.paid, 0) <> coalesce(booked.booked, 0)
    or coalesce(told.n, 0) <> coalesce(booked.n, 0)
order by coalesce(told.thread_id, booked.thread_id)
