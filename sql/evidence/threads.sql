-- threads: every violating thread, with who, when, about what, and what became of the review.
-- why: the list an appeal is built from.
-- reads: violating_threads, judged, message_keys, thread_incidents, thread_ratings
-- emits: thread_id, first_message_at, last_message_at, message_count, policies, severity, buyer_id,
--   order_id, asin, operators, channels, rating_before, rating_after, incident_id, case_id
--   one row: one violating thread
with spans as (
    select
        message_keys.thread_id,
        min(message_keys.sent_at) as first_message_at,
        max(message_keys.sent_at) as last_message_at,
        count(*) as message_count,
        min(nullif(message_keys.buyer_id, '')) as buyer_id,
        min(nullif(message_keys.order_id, '')) as order_id,
        min(nullif(message_keys.asin, '')) as asin
    from message_keys
    inner join violating_threads
        on message_keys.thread_id = violating_threads.thread_id
    group by message_keys.thread_id
),

flags as (
    select
        judged.thread_id,
        array_to_string(list_sort(list_distinct(list(judged.policy_id))), ';') as policies,
        array_to_string(
            list_sort(list_distinct(list(judged.operator) filter (judged.operator is not null))),
            ';'
        ) as operators,
        array_to_string(
            list_sort(list_distinct(list(judged.channel) filter (judged.channel is not null))),
            ';'
        ) as channels,
        max(
            case judged.severity
                when 'low' then 1
                when 'medium' then 2
                when 'high' then 3
                else 4
            end
        ) as severity_rank
    from judged
    where judged.status <> 'dismissed'
    group by judged.thread_id
)

select
    spans.thread_id,
    spans.first_message_at,
    spans.last_message_at,
    spans.message_count,
    flags.policies,
    case flags.severity_rank
        when 1 then 'low'
        when 2 then 'medium'
        when 3 then 'high'
        else 'critical'
    end as severity,
    spans.buyer_id,
    spans.order_id,
    spans.asin,
    flags.operators,
    flags.channels,
    thread_ratings.rating_before,
    thread_ratings.rating_after,
    thread_incidents.incident_id,
    violating_threads.case_id
from spans
inner join violating_threads
    on spans.thread_id = violating_threads.thread_id
inner join flags
    on spans.thread_id = flags.thread_id
left join thread_ratings
    on spans.thread_id = thread_ratings.thread_id
left join thread_incidents
    on spans.thread_id = thread_incidents.thread_id
order by spans.first_message_at, spans.thread_id
