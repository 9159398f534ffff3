-- thread_surroundings: money and answer that stand beside a thread's messages.
-- why: what was given is what the violation is about. Where several currencies were paid no sum is
--   made: thread_money has each.
-- reads: violating_threads, thread_steps, thread_money
-- emits: thread_id, compensation, compensation_amount, compensation_currency, compensation_at,
--   buyer_reaction  one row: one violating thread
with refunds_seen as (
    select
        thread_steps.thread_id,
        min(thread_steps.step_at) filter (where thread_steps.step = 'refund') as refunded_at,
        min(thread_steps.step_at) filter (where thread_steps.step = 'refund-promised')
            as promised_at,
        max(case thread_steps.step when 'buyer-accepts' then 1 else 0 end) as accepts,
        max(case thread_steps.step when 'buyer-refuses' then 1 else 0 end) as refuses
    from thread_steps
    where thread_steps.status = 'found'
    group by thread_steps.thread_id
),

sums as (
    select
        thread_money.thread_id,
        thread_money.currency,
        thread_money.n_outside,
        case
            when thread_money.paid > 0 then thread_money.paid
            else coalesce(thread_money.promised, thread_money.outside)
        end as amount
    from thread_money
),

money as (
    select
        sums.thread_id,
        array_to_string(
            list_sort(list(sums.currency) filter (where sums.amount is not null)), ';'
        ) as currencies,
        case
            when count(sums.amount) = 1 then max(sums.amount)
        end as amount,
        max(case when sums.n_outside > 0 then 1 else 0 end) as outside
    from sums
    group by sums.thread_id
)

select
    violating_threads.thread_id,
    case
        when money.outside = 1 then 'outside-payment'
        when refunds_seen.refunded_at is not null then 'refund'
        when refunds_seen.promised_at is not null then 'refund-promised'
        else 'none-known'
    end as compensation,
    cast(money.amount as double) as compensation_amount,
    nullif(money.currencies, '') as compensation_currency,
    coalesce(refunds_seen.refunded_at, refunds_seen.promised_at) as compensation_at,
    case
        when refunds_seen.refuses = 1 then 'refuses'
        when refunds_seen.accepts = 1 then 'accepts'
        else 'none-known'
    end as buyer_reaction
from violating_threads
left join refunds_seen
    on violating_threads.thread_id = refunds_seen.thread_id
left join money
    on violating_threads.thread_id = money.thread_id
order by violating_threads.thread_id
