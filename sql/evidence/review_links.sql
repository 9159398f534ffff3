-- review_links: violating threads with the review events that go with them, and how strongly.
-- why: a rise after a refund is correlation and is called so; strength is the key's quality, halved
--   beyond the window, shared between candidates.
-- reads: linked_events, event_messages, review_events, violating_threads, case_facts,
--   thread_incidents
-- emits: link_id, thread_id, message_id, review_id, event_id, event_type, occurred_at,
--   rating_before, rating_after, lag_hours, linked_by, strength, pattern, incident_id, earliest_at,
--   latest_at, n_candidates  one row: one violating thread and review event
with joined as (
    select
        linked_events.thread_id,
        event_messages.message_id,
        review_events.review_id,
        review_events.event_id,
        review_events.event_type,
        review_events.occurred_at,
        review_events.previous_rating as rating_before,
        case
            when review_events.event_type = 'removed' then null
            else review_events.rating
        end as rating_after,
        event_messages.lag_hours,
        linked_events.linked_by,
        linked_events.n_candidates,
        violating_threads.asked_at,
        violating_threads.first_flagged_at,
        case_facts.refunded_at,
        thread_incidents.incident_id,
        review_events.earliest_at,
        review_events.latest_at
    from linked_events
    inner join event_messages
        on
            linked_events.thread_id = event_messages.thread_id
            and linked_events.event_id = event_messages.event_id
    inner join review_events
        on linked_events.event_id = review_events.event_id
    inner join violating_threads
        on linked_events.thread_id = violating_threads.thread_id
    inner join case_facts
        on violating_threads.case_id = case_facts.case_id
    left join thread_incidents
        on linked_events.thread_id = thread_incidents.thread_id
),

final as (
    select
        'l-' || substr(sha256(joined.thread_id || chr(31) || joined.event_id), 1, 16) as link_id,
        joined.thread_id,
        joined.message_id,
        joined.review_id,
        joined.event_id,
        joined.event_type,
        joined.occurred_at,
        joined.rating_before,
        joined.rating_after,
        joined.lag_hours,
        joined.linked_by,
        case joined.linked_by when 'order' then 1.0 when 'buyer' then 0.7 else 0.3 end
        * case when abs(joined.lag_hours) <= 24 * $window_days then 1.0 else 0.5 end
        / joined.n_candidates as strength,
        case
            when joined.event_type = 'created' and joined.asked_at < joined.occurred_at
                then 'ask-before-review'
            when joined.event_type = 'created' and joined.rating_after <= $negative_at_most
                then 'contact-after-negative'
            when joined.event_type = 'created' then 'contact-after-review'
            when joined.event_type = 'removed' and joined.asked_at <= joined.occurred_at
                then 'removal-after-ask'
            when joined.event_type = 'updated' and joined.asked_at <= joined.occurred_at
                then 'change-after-ask'
            when joined.event_type = 'removed' and joined.refunded_at <= joined.occurred_at
                then 'removal-after-refund'
            when joined.event_type = 'updated' and joined.refunded_at <= joined.occurred_at
                then 'change-after-refund'
            when joined.first_flagged_at > joined.occurred_at then 'change-without-contact'
            else 'change-after-contact'
        end as pattern,
        joined.incident_id,
        joined.earliest_at,
        joined.latest_at,
        joined.n_candidates
    from joined
)

select
    final.link_id,
    final.thread_id,
    final.message_id,
    final.review_id,
    final.event_id,
    final.event_type,
    final.occurred_at,
    final.rating_before,
    final.rating_after,
    cast(round(final.lag_hours, 2) as double) as lag_hours,
    final.linked_by,
    cast(round(final.strength, 2) as double) as strength,
    final.pattern,
    final.incident_id,
    final.earliest_at,
    final.latest_at,
    final.n_candidates
from final
order by final.occurred_at, final.link_id
