-- thread_promises: what was promised, and paid outside the platform, in words, per currency.
-- why: the words' side of the money. Each different amount counts once, for the same promise is
--   repeated; offers may rise, so the largest is held against the books, and the others are kept.
-- reads: violating_threads, promises, thread_currencies
-- emits: thread_id, currency, first_at, promised, amounts, n_promises, n_unnamed, outside, n_outside
--   one row: one violating thread and currency
select
    violating_threads.thread_id,
    coalesce(promises.currency, thread_currencies.currency, '') as currency,
    min(promises.sent_at) as first_at,
    max(promises.amount) filter (where promises.kind = 'refund') as promised,
    list_sort(
        list(distinct promises.amount) filter (
            where promises.kind = 'refund' and promises.amount is not null
        )
    ) as amounts,
    count(distinct promises.message_id) filter (where promises.kind = 'refund') as n_promises,
    count(distinct promises.message_id) filter (
        where promises.kind = 'refund' and promises.amount is null
    ) as n_unnamed,
    max(promises.amount) filter (where promises.kind = 'outside payment') as outside,
    count(distinct promises.message_id) filter (
        where promises.kind = 'outside payment'
    ) as n_outside
from violating_threads
inner join promises
    on violating_threads.case_id = promises.case_id
left join thread_currencies
    on violating_threads.thread_id = thread_currencies.thread_id
where promises.kind <> 'gift'
group by
    violating_threads.thread_id, coalesce(promises.currency, thread_currencies.currency, '')
order by
    violating_threads.thread_id, coalesce(promises.currency, thread_currencies.currency, '')
