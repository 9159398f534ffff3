-- report_queue: the queue's first rows with the words around the match, for a person to judge by.
-- why: a single word says nothing; the message's own neighbourhood does, and bodies of the rest stay out.
-- reads: queue, messages
-- emits: queue_id, score, sent_at, operator, thread_id, words_before, matched_text, words_after, reason,
--   source_file, source_locator  one row: one of the first 100 queue entries
with first_rows as (
    select
        queue.queue_id,
        queue.message_id,
        row_number() over (order by queue.score desc, queue.queue_id asc) as place
    from queue
),

final as (
    select
        queue.queue_id,
        queue.score,
        queue.sent_at,
        queue.operator,
        queue.thread_id,
        case
            when queue.match_start > 0
                then substr(
                    messages.body,
                    greatest(queue.match_start - 79, 1),
                    least(queue.match_start, 80)
                )
            else ''
        end as words_before,
        queue.matched_text,
        substr(messages.body, queue.match_end + 1, 80) as words_after,
        queue.reason,
        queue.source_file,
        queue.source_locator,
        first_rows.place
    from first_rows
    inner join queue on first_rows.queue_id = queue.queue_id
    inner join messages on first_rows.message_id = messages.message_id
    where first_rows.place <= 100
)

select
    queue_id,
    score,
    sent_at,
    operator,
    thread_id,
    words_before,
    matched_text,
    words_after,
    reason,
    source_file,
    source_locator
from final
order by place
