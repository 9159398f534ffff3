-- cut_events: the review events of a month, and those linked to its conversations.
-- why: what became of a review is shown with the conversation, whenever it happened.
-- reads: review_events, review_links, cut_threads
-- emits: event_id  one row: one review event
select review_events.event_id
from review_events
where strftime(timezone($timezone, review_events.occurred_at), '%Y-%m') = $month
union
select review_links.event_id
from review_links
inner join cut_threads
    on review_links.thread_id = cut_threads.thread_id
order by event_id
