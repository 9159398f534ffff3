-- thread_money: of each violating thread's case, per currency: ordered, promised, paid back, paid
--   outside the platform, and what was paid twice or beyond the order; to the cent.
-- why: a promise kept, a promise broken and a payment outside the platform are different facts, and
--   currencies never add up. promised is the largest single amount named, for the same promise is
--   repeated; a refund of a refund report and of a settlement may be one, so equal amounts on one
--   order are called possible doubles.
-- reads: violating_threads, case_orders, orders, refunds, promises, thread_incidents
-- emits: thread_id, currency, first_at, ordered, promised, paid, outside, difference, n_promises,
--   n_promises_without_amount, n_refunds, n_outside, n_possible_doubles, possible_double,
--   beyond_order, refund_ids, incident_id, state, reading, limits
--   one row: one violating thread and currency
with thread_orders as (
    select
        violating_threads.thread_id,
        case_orders.order_id
    from violating_threads
    inner join case_orders
        on violating_threads.case_id = case_orders.case_id
),

thread_refunds as (
    select
        thread_orders.thread_id,
        thread_orders.order_id,
        refunds.refund_id,
        refunds.refunded_at,
        cast(refunds.amount as decimal(18, 4)) as amount,
        coalesce(refunds.currency, '') as currency
    from thread_orders
    inner join refunds
        on thread_orders.order_id = refunds.order_id
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
        ) as occurrence
    from thread_refunds
),

paid as (
    select
        numbered.thread_id,
        numbered.currency,
        min(numbered.refunded_at) as first_at,
        sum(numbered.amount) as paid,
        count(*) as n_refunds,
        count(*) filter (where numbered.occurrence > 1) as n_doubles,
        sum(case when numbered.occurrence > 1 then numbered.amount else 0 end) as doubles,
        array_to_string(
            list_sort(list(coalesce(numbered.refund_id, numbered.order_id))), ';'
        ) as refund_ids
    from numbered
    group by numbered.thread_id, numbered.currency
),

ordered as (
    select
        thread_orders.thread_id,
        coalesce(orders.currency, '') as currency,
        sum(cast(orders.amount as decimal(18, 4))) as ordered
    from thread_orders
    inner join orders
        on thread_orders.order_id = orders.order_id
    where orders.amount is not null
    group by thread_orders.thread_id, coalesce(orders.currency, '')
),

home as (
    select
        ordered.thread_id,
        min(ordered.currency) as currency
    from ordered
    group by ordered.thread_id
),

said_money as (
    select
        violating_threads.thread_id,
        coalesce(promises.currency, home.currency, '') as currency,
        min(promises.sent_at) as first_at,
        max(promises.amount) filter (where promises.kind = 'refund') as promised,
        max(promises.amount) filter (where promises.kind = 'outside payment') as outside,
        count(distinct promises.message_id) filter (
            where promises.kind = 'refund'
        ) as n_promises,
        count(distinct promises.message_id) filter (
            where promises.kind = 'refund' and promises.amount is null
        ) as n_unnamed,
        count(distinct promises.message_id) filter (
            where promises.kind = 'outside payment'
        ) as n_outside
    from violating_threads
    inner join promises
        on violating_threads.case_id = promises.case_id
    left join home
        on violating_threads.thread_id = home.thread_id
    where promises.kind <> 'gift'
    group by violating_threads.thread_id, coalesce(promises.currency, home.currency, '')
),

cells as (
    select
        paid.thread_id,
        paid.currency
    from paid
    union
    select
        said_money.thread_id,
        said_money.currency
    from said_money
),

final as (
    select
        cells.thread_id,
        cells.currency,
        least(paid.first_at, said_money.first_at) as first_at,
        ordered.ordered,
        said_money.promised,
        coalesce(paid.paid, cast(0 as decimal(18, 4))) as paid,
        said_money.outside,
        coalesce(said_money.n_promises, 0) as n_promises,
        coalesce(said_money.n_unnamed, 0) as n_unnamed,
        coalesce(paid.n_refunds, 0) as n_refunds,
        coalesce(said_money.n_outside, 0) as n_outside,
        coalesce(paid.n_doubles, 0) as n_doubles,
        coalesce(paid.doubles, 0) as doubles,
        greatest(coalesce(paid.paid, 0) - ordered.ordered, 0) as beyond_order,
        paid.refund_ids,
        thread_incidents.incident_id
    from cells
    left join paid
        on cells.thread_id = paid.thread_id and cells.currency = paid.currency
    left join ordered
        on cells.thread_id = ordered.thread_id and cells.currency = ordered.currency
    left join said_money
        on cells.thread_id = said_money.thread_id and cells.currency = said_money.currency
    left join thread_incidents
        on cells.thread_id = thread_incidents.thread_id
),

judged_money as (
    select
        final.*,
        case
            when final.n_promises = 0 and final.n_refunds > 0 then 'refund without a promise'
            when final.n_promises = 0 then 'outside payment only'
            when final.n_refunds = 0 then 'promised, no refund found'
            when final.promised is null then 'promised without an amount, refunded'
            when final.paid = final.promised then 'refunded as promised'
            when final.paid > final.promised then 'refunded more than promised'
            else 'refunded less than promised'
        end as state
    from final
)

select
    judged_money.thread_id,
    judged_money.currency,
    judged_money.first_at,
    judged_money.ordered,
    judged_money.promised,
    judged_money.paid,
    judged_money.outside,
    judged_money.paid - judged_money.promised as difference,
    judged_money.n_promises,
    judged_money.n_unnamed as n_promises_without_amount,
    judged_money.n_refunds,
    judged_money.n_outside,
    judged_money.n_doubles as n_possible_doubles,
    cast(judged_money.doubles as decimal(18, 4)) as possible_double,
    judged_money.beyond_order,
    judged_money.refund_ids,
    judged_money.incident_id,
    judged_money.state,
    judged_money.state
    || case
        when judged_money.n_doubles > 0
            then '; the same amount on one order more than once: paid twice, or listed twice'
        else ''
    end
    || case
        when judged_money.beyond_order > 0 then '; more was paid back than ordered'
        else ''
    end
    || case
        when judged_money.n_outside > 0 then '; a payment outside the platform is spoken of'
        else ''
    end as reading,
    'refunds by the orders of the case; amounts in words only where a sentence names exactly one'
        as limits
from judged_money
order by judged_money.first_at, judged_money.thread_id, judged_money.currency
