-- links_have_both_ends: review links whose thread, message or event does not exist, or whose
--   strength or lag cannot be.
-- why: a link is shown as evidence of what came after what; both ends must be there to look up.
-- reads: review_links, violating_threads, review_events, messages
-- emits: link_id, fault  one row: one link that is wrong
with joined as (
    select
        review_links.*,
        violating_threads.thread_id is not null as has_thread,
        review_events.occurred_at as event_at,
        messages.sent_at
    from review_links
    left join violating_threads
        on review_links.thread_id = violating_threads.thread_id
    left join review_events
        on review_links.event_id = review_events.event_id
    left join messages
        on review_links.message_id = messages.message_id
),

final as (
    select
        joined.link_id,
        case
            when not joined.has_thread then 'no such thread'
            when joined.event_at is null then 'no such event'
            when joined.sent_at is null then 'no such message'
            when joined.strength < 0 or joined.strength > 1 then 'strength outside 0 to 1'
            when
                abs(
                    joined.lag_hours - (epoch(joined.event_at) - epoch(joined.sent_at)) / 3600.0
                ) > 0.006
                then 'lag is not event minus message'
        end as fault
    from joined
)

select
    final.link_id,
    final.fault
from final
where final.fault is not null
order by final.link_id
