-- explained_case: what the conversation holds besides: words, reviews, money, notices, in order of time.
-- why: an ask is judged by what came before and after it.
-- reads: messages, said, linked_events, review_events, seller_money, notices
-- emits: at, kind, what, ref_id  one row: one event
with own as (
    select
        messages.case_id,
        messages.thread_id
    from messages
    where messages.message_id = $message
),

words as (
    select
        said.sent_at as at,
        said.direction as kind,
        replace(string_agg(distinct said.signal, ', ' order by said.signal), '_', ' ') as what,
        said.message_id as ref_id
    from said
    inner join own
        on said.case_id = own.case_id
    where
        said.message_id <> $message
        and said.signal <> 'second_reader'
    group by said.sent_at, said.direction, said.message_id
),

reviews as (
    select distinct
        review_events.occurred_at as at,
        'review' as kind,
        review_events.event_type
        || coalesce(', ' || printf('%g', review_events.rating) || ' stars', '') as what,
        review_events.event_id as ref_id
    from linked_events
    inner join own
        on linked_events.thread_id = own.thread_id
    inner join review_events
        on linked_events.event_id = review_events.event_id
),

money as (
    select
        seller_money.at,
        'money' as kind,
        replace(seller_money.kind, '_', ' ') as what,
        coalesce(seller_money.refund_id, seller_money.message_id) as ref_id
    from seller_money
    inner join own
        on seller_money.case_id = own.case_id
),

told as (
    select
        notices.received_at as at,
        'notice' as kind,
        notices.kind as what,
        notices.notice_id as ref_id
    from notices
),

final as (
    select * from words
    union all
    select * from reviews
    union all
    select * from money
    union all
    select * from told
)

select
    final.at,
    final.kind,
    final.what,
    final.ref_id
from final
order by final.at, final.kind, final.ref_id
