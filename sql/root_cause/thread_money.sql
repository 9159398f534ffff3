-- thread_money: of each violating thread's case, per currency: ordered, promised, paid back, paid
--   outside the platform, and what was paid twice or beyond the order; to the cent.
-- why: a promise kept, a promise broken and a payment outside the platform are different facts, and
--   currencies never add up. promised is the largest amount named. Where the books hold a refund
--   without its amount, nothing is said about more or less.
-- reads: thread_orders, thread_payments, thread_promises, thread_currencies, thread_incidents
-- emits: thread_id, currency, first_at, ordered, promised, paid, outside, difference, n_promises,
--   n_promises_without_amount, n_refunds, n_outside, n_possible_doubles, possible_double,
--   beyond_order, refund_ids, incident_id, state, reading, limits, n_refunds_without_amount
--   one row: one violating thread and currency
with cells as (
    select
        thread_payments.thread_id,
        thread_payments.currency
    from thread_payments
    union
    select
        thread_promises.thread_id,
        thread_promises.currency
    from thread_promises
),

ordered as (
    select
        thread_orders.thread_id,
        coalesce(nullif(thread_orders.currency, ''), thread_currencies.currency, '') as currency,
        sum(thread_orders.amount) as ordered
    from thread_orders
    left join thread_currencies
        on thread_orders.thread_id = thread_currencies.thread_id
    group by
        thread_orders.thread_id,
        coalesce(nullif(thread_orders.currency, ''), thread_currencies.currency, '')
    having count(thread_orders.amount) = count(*)
),

final as (
    select
        cells.thread_id,
        cells.currency,
        least(thread_payments.first_at, thread_promises.first_at) as first_at,
        ordered.ordered,
        thread_promises.promised,
        thread_promises.amounts,
        case
            when coalesce(thread_payments.n_refunds, 0) = 0 then cast(0 as decimal(18, 4))
            else thread_payments.paid
        end as paid,
        thread_promises.outside,
        coalesce(thread_promises.n_promises, 0) as n_promises,
        coalesce(thread_promises.n_unnamed, 0) as n_unnamed,
        coalesce(thread_payments.n_refunds, 0) as n_refunds,
        coalesce(thread_payments.n_unknown, 0) as n_unknown,
        coalesce(thread_promises.n_outside, 0) as n_outside,
        coalesce(thread_payments.n_doubles, 0) as n_doubles,
        coalesce(thread_payments.doubles, 0) as doubles,
        thread_payments.beyond_order,
        thread_payments.refund_ids,
        thread_incidents.incident_id
    from cells
    left join thread_payments
        on
            cells.thread_id = thread_payments.thread_id
            and cells.currency = thread_payments.currency
    left join ordered
        on cells.thread_id = ordered.thread_id and cells.currency = ordered.currency
    left join thread_promises
        on
            cells.thread_id = thread_promises.thread_id
            and cells.currency = thread_promises.currency
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
            when final.n_unknown > 0 then 'refunded, the amount is not in the archive'
            when final.promised is null then 'promised without an amount, refunded'
            when final.paid = final.promised then 'refunded as promised'
            when final.n_doubles > 0 and final.paid - final.doubles = final.promised
                then 'refunded as promised, and the same amount is listed again'
            when list_contains(final.amounts, final.paid)
                then 'refunded one of the amounts promised'
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
    case when judged_money.n_unknown = 0 then judged_money.paid - judged_money.promised end
        as difference,
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
        when judged_money.beyond_order > 0 then '; more was paid back than the order cost'
        else ''
    end
    || case
        when judged_money.n_outside > 0 then '; a payment outside the platform is spoken of'
        else ''
    end as reading,
    'refunds by the orders of the case; amounts in words only where a sentence names exactly one,'
    || ' the largest is compared; replacements are no money' as limits,
    judged_money.n_unknown as n_refunds_without_amount
from judged_money
order by judged_money.first_at, judged_money.thread_id, judged_money.currency
