-- affected_cases: the cases that may be judged otherwise than before.
-- why: facts and verdicts look at one case, the reviews and refunds of its orders, and the reviews of
--   its buyers; a case of which nothing changed keeps what it had.
-- reads: touched_messages, message_threads, threads_now, threads_before, messages_base, events_now,
--   events_before, refunds, before_refunds
-- emits: case_id  one row: one case, of before or of now
with moved as (
    select
        threads_now.case_id,
        threads_before.case_id as case_before
    from threads_now
    full join threads_before
        on threads_now.message_id = threads_before.message_id
    where
        threads_now.case_id is distinct from threads_before.case_id
        or threads_now.thread_id is distinct from threads_before.thread_id
),

other_events as (
    (
        select
            events_now.event_id,
            events_now.review_id,
            events_now.order_id,
            events_now.buyer_id,
            events_now.occurred_at,
            events_now.rating
        from events_now
        except
        select
            events_before.event_id,
            events_before.review_id,
            events_before.order_id,
            events_before.buyer_id,
            events_before.occurred_at,
            events_before.rating
        from events_before
    )
    union all
    (
        select
            events_before.event_id,
            events_before.review_id,
            events_before.order_id,
            events_before.buyer_id,
            events_before.occurred_at,
            events_before.rating
        from events_before
        except
        select
            events_now.event_id,
            events_now.review_id,
            events_now.order_id,
            events_now.buyer_id,
            events_now.occurred_at,
            events_now.rating
        from events_now
    )
),

other_refunds as (
    (
        select refunds.* from refunds
        except
        select before_refunds.* from before_refunds
    )
    union all
    (
        select before_refunds.* from before_refunds
        except
        select refunds.* from refunds
    )
),

orders as (
    select other_events.order_id from other_events
    union
    select other_refunds.order_id from other_refunds
),

buyers as (
    select distinct other_events.buyer_id from other_events
),

reached as (
    select touched_messages.message_id
    from touched_messages
    union
    select messages_base.message_id
    from messages_base
    inner join orders
        on messages_base.order_id = orders.order_id
    union
    select messages_base.message_id
    from messages_base
    inner join buyers
        on messages_base.buyer_id = buyers.buyer_id
)

select moved.case_id
from moved
where moved.case_id is not null
union
select moved.case_before as case_id
from moved
where moved.case_before is not null
union
select message_threads.case_id
from message_threads
inner join reached
    on message_threads.message_id = reached.message_id
union
select threads_before.case_id
from threads_before
inner join reached
    on threads_before.message_id = reached.message_id
