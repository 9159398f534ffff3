-- thread_surroundings: money, review and answer that stand beside a thread's messages.
-- why: what was paid and what became of the review is what the violation is about.
-- reads: violating_threads, thread_steps, thread_money, review_links, thread_ratings
-- emits: thread_id, compensation, compensation_amount, compensation_currency, compensation_at,
--   review_id, reviewed_at, rating_before, rating_after, review_changed_at,
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

money as (
    select
        thread_money.thread_id,
        min(thread_money.currency) as currency,
        sum(coalesce(thread_money.paid, thread_money.promised)) as amount,
        max(case when thread_money.n_outside > 0 then 1 else 0 end) as outside
    from thread_money
    group by thread_money.thread_id
),

reviews as (
    select
        review_links.thread_id,
        min(review_links.review_id) as review_id,
        min(review_links.occurred_at) filter (
            where review_links.event_type = 'created'
        ) as reviewed_at,
        max(review_links.occurred_at) filter (
            where review_links.event_type <> 'created'
        ) as changed_at
    from review_links
    where review_links.linked_by <> 'asin'
    group by review_links.thread_id
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
    money.currency as compensation_currency,
    coalesce(refunds_seen.refunded_at, refunds_seen.promised_at) as compensation_at,
    reviews.review_id,
    reviews.reviewed_at,
    thread_ratings.rating_before,
    thread_ratings.rating_after,
    reviews.changed_at as review_changed_at,
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
left join reviews
    on violating_threads.thread_id = reviews.thread_id
left join thread_ratings
    on violating_threads.thread_id = thread_ratings.thread_id
order by violating_threads.thread_id
