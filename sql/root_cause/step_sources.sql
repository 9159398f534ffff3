-- step_sources: every occurrence of every step of the violating threads' cases, with its source row.
-- why: the case grammar is filled from here: what the review did, what was said, what was booked.
--   A step is what happened, whoever judged it; only the ask is a finding.
-- reads: violating_threads, low_reviews, review_events, message_keys, judged, said, case_orders,
--   refunds, linked_events
-- emits: thread_id, step, step_at, source_table, source_id, earliest_at
--   one row: one occurrence of one step in one thread
with own as (
    select
        violating_threads.thread_id,
        violating_threads.case_id
    from violating_threads
),

low_events as (
    select
        linked_events.thread_id,
        'bad-review' as step,
        review_events.occurred_at as step_at,
        'review_events' as source_table,
        review_events.event_id as source_id,
        review_events.earliest_at
    from linked_events
    inner join review_events
        on linked_events.event_id = review_events.event_id
    where
        review_events.rating <= $negative_at_most
        and review_events.event_type <> 'removed'
        and linked_events.linked_by <> 'asin'
),

with_low_event as (
    select distinct low_events.thread_id
    from low_events
),

low_words as (
    select
        own.thread_id,
        'bad-review' as step,
        low_reviews.known_at as step_at,
        'messages' as source_table,
        low_reviews.message_id as source_id,
        cast(null as timestamptz) as earliest_at
    from own
    inner join low_reviews
        on own.case_id = low_reviews.case_id
    left join with_low_event
        on own.thread_id = with_low_event.thread_id
    where low_reviews.message_id is not null and with_low_event.thread_id is null
),

changes as (
    select
        linked_events.thread_id,
        'review-changed' as step,
        review_events.occurred_at as step_at,
        'review_events' as source_table,
        review_events.event_id as source_id,
        review_events.earliest_at
    from linked_events
    inner join review_events
        on linked_events.event_id = review_events.event_id
    where
        linked_events.linked_by <> 'asin'
        and (
            review_events.event_type = 'removed'
            or (
                review_events.event_type = 'updated'
                and (
                    review_events.previous_rating is null
                    or review_events.rating is null
                    or review_events.rating > review_events.previous_rating
                )
            )
        )
),

contacts as (
    select
        own.thread_id,
        'contact' as step,
        message_keys.sent_at as step_at,
        'messages' as source_table,
        message_keys.message_id as source_id,
        cast(null as timestamptz) as earliest_at
    from own
    inner join message_keys
        on own.case_id = message_keys.case_id
    where message_keys.direction = 'outbound'
),

asks as (
    select distinct
        judged.thread_id,
        'ask' as step,
        judged.sent_at as step_at,
        'messages' as source_table,
        judged.message_id as source_id,
        cast(null as timestamptz) as earliest_at
    from judged
    where
        judged.status <> 'dismissed'
        and judged.policy_id in (
            'review-change-request', 'refund-for-review-change', 'positive-review-request',
            'compensated-review', 'customer-account-review'
        )
),

booked as (
    select
        own.thread_id,
        case
            when refunds.reason like 'replacement:%' then 'replacement-sent' else 'refund'
        end as step,
        refunds.refunded_at as step_at,
        'refunds' as source_table,
        coalesce(refunds.refund_id, refunds.order_id) as source_id,
        cast(null as timestamptz) as earliest_at
    from own
    inner join case_orders
        on own.case_id = case_orders.case_id
    inner join refunds
        on case_orders.order_id = refunds.order_id
),

spoken as (
    select distinct
        own.thread_id,
        case said.signal
            when 'refund_accepted' then 'buyer-accepts'
            when 'demand_by_buyer' then 'buyer-solicitation'
            when 'change_offered_by_buyer' then 'buyer-offers-change'
            when 'review_refused' then 'buyer-refuses'
            when 'opted_out' then 'buyer-opts-out'
            when 'removal_reported' then 'buyer-reports-change'
            when 'platform_template' then 'platform-template'
            when 'refund_offered' then 'refund-promised'
            when 'outside_payment' then 'outside-payment'
            else 'gift-offered'
        end as step,
        said.sent_at as step_at,
        'messages' as source_table,
        said.message_id as source_id,
        cast(null as timestamptz) as earliest_at
    from own
    inner join said
        on own.case_id = said.case_id
    where
        (
            said.direction = 'inbound'
            and said.signal in (
                'refund_accepted', 'demand_by_buyer', 'change_offered_by_buyer',
                'review_refused', 'opted_out', 'removal_reported'
            )
        )
        or (
            said.direction = 'outbound'
            and said.strength = 'sure'
            and said.signal in (
                'platform_template', 'refund_offered', 'outside_payment',
                'compensation_offered', 'compensation_tied'
            )
        )
),

final as (
    select * from low_events
    union all
    select * from low_words
    union all
    select * from changes
    union all
    select * from contacts
    union all
    select * from asks
    union all
    select * from booked
    union all
    select * from spoken
)

select
    final.thread_id,
    final.step,
    final.step_at,
    final.source_table,
    final.source_id,
    final.earliest_at
from final
order by final.thread_id, final.step_at, final.step, final.source_id
