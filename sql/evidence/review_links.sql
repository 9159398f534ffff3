-- review_links: violating threads with the review events that go with them, and how strongly.
-- why: a rise after a refund is correlation and is called so; strength is the key's quality, halved
--   beyond the window, shared between candidates (cases for one review, or, by product alone,
--   reviews for one case). The pattern says what came before the event in the case, nothing more.
--   Where a review is known from snapshots alone its change has an interval: time_known says whether
--   the ask lies inside it, and then the order of the two is not known.
-- reads: linked_events, event_messages, review_events, violating_threads, case_facts,
--   thread_incidents, case_contacts
-- emits: link_id, thread_id, message_id, review_id, event_id, event_type, occurred_at,
--   rating_before, rating_after, lag_hours, linked_by, strength, pattern, incident_id, earliest_at,
--   latest_at, n_candidates, n_reviews, time_known  one row: one violating thread and review event
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
        linked_events.n_reviews,
        case_contacts.asked_at,
        violating_threads.first_flagged_at,
        least(case_contacts.contacted_at, violating_threads.first_flagged_at) as contacted_at,
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
    left join case_contacts
        on violating_threads.case_id = case_contacts.case_id
    left join thread_incidents
        on linked_events.thread_id = thread_incidents.thread_id
),

final as (
    select
        'l-' || substr(sha256(joined.thread_id || chr(31) || joined.event_id), 1, 16) as link_id,
        joined.*,
        case joined.linked_by when 'order' then 1.0 when 'buyer' then 0.7 else 0.3 end
        * case when abs(joined.lag_hours) <= 24 * $window_days then 1.0 else 0.5 end
        / greatest(joined.n_candidates, joined.n_reviews) as strength,
        case
            when joined.event_type = 'created' and joined.asked_at < joined.occurred_at
                then 'ask-before-review'
            when joined.event_type = 'created' and joined.first_flagged_at < joined.occurred_at
                then 'review-after-contact'
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
            when joined.contacted_at > joined.occurred_at then 'change-without-contact'
            else 'change-after-contact'
        end as pattern,
        case
            when joined.earliest_at is null or joined.earliest_at >= joined.latest_at then 'exact'
            when
                joined.event_type <> 'created'
                and joined.earliest_at < joined.asked_at
                and joined.latest_at >= joined.asked_at
                then 'interval that holds the ask: which came first is unknown'
            else 'interval'
        end as time_known
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
    final.n_candidates,
    final.n_reviews,
    final.time_known
from final
order by final.occurred_at, final.link_id
