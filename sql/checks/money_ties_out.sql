-- money_ties_out: conversations whose refunds do not add up to what is booked for their orders.
-- why: promised against paid is told to the cent, so the sum must be the books' own.
-- reads: thread_money, violating_threads, case_orders, refunds
-- emits: thread_id, currency, paid, booked  one row: one thread and currency that does not tie out
with booked as (
    select
        violating_threads.thread_id,
        coalesce(refunds.currency, '') as currency,
        sum(cast(refunds.amount as decimal(18, 4))) as booked,
        count(*) as n
    from violating_threads
    inner join case_orders
        on violating_threads.case_id = case_orders.case_id
    inner join refunds
        on case_orders.order_id = refunds.order_id
    group by violating_threads.thread_id, coalesce(refunds.currency, '')
)

select
    coalesce(thread_money.thread_id, booked.thread_id) as thread_id,
    coalesce(thread_money.currency, booked.currency) as currency,
    thread_money.paid,
    booked.booked
from thread_money
full outer join booked
    on thread_money.thread_id = booked.thread_id and thread_money.currency = booked.currency
where
    coalesce(thread_money.paid, 0) <> coalesce(booked.booked, 0)
    or coalesce(thread_money.n_refunds, 0) <> coalesce(booked.n, 0)
order by
    coalesce(thread_money.thread_id, booked.thread_id),
    coalesce(thread_money.currency, booked.currency)
