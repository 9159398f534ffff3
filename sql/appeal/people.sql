-- people: who the other party of each thread is called, in its messages, orders and reviews.
-- why: names are replaced where the archive itself says whose they are: by the thread first, full
--   names everywhere. Nothing here leaves the machine.
-- reads: messages, raw_orders, review_events
-- emits: thread_id, case_id, buyer_id, named  one row: one thread and one way its buyer is named
with thread_buyers as (
    select
        messages.thread_id,
        min(messages.case_id) as case_id,
        min(messages.buyer_id) as buyer_id
    from messages
    group by messages.thread_id
),

threads_orders as (
    select distinct
        messages.thread_id,
        messages.order_id
    from messages
    where coalesce(messages.order_id, '') <> ''
),

told as (
    select
        raw_orders.order_id,
        unnest([raw_orders.buyer_id, raw_orders.buyer_name, raw_orders.recipient_name]) as named
    from raw_orders
    union
    select
        review_events.order_id,
        review_events.buyer_id as named
    from review_events
    where review_events.order_id is not null
),

parties as (
    select
        messages.thread_id,
        messages.case_id,
        messages.buyer_id,
        case
            when messages.direction = 'inbound' then messages.sender
            when messages.direction = 'outbound' then messages.recipient
        end as named
    from messages
    where messages.buyer_id is not null
    union
    select
        threads_orders.thread_id,
        thread_buyers.case_id,
        coalesce(thread_buyers.buyer_id, told.named) as buyer_id,
        told.named
    from threads_orders
    inner join thread_buyers
        on threads_orders.thread_id = thread_buyers.thread_id
    inner join told
        on threads_orders.order_id = told.order_id
    where coalesce(told.named, '') <> ''
),

final as (
    select distinct
        parties.thread_id,
        parties.case_id,
        parties.buyer_id,
        coalesce(parties.named, '') as named
    from parties
)

select
    final.thread_id,
    final.case_id,
    final.buyer_id,
    final.named
from final
order by final.thread_id, final.buyer_id, final.named
