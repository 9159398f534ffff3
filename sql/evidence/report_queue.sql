-- report_queue: the queue's first wordings with the words around the match, for a person to judge by.
-- why: a single word says nothing; the message's own neighbourhood does, and bodies of the rest stay
--   out. A macro that was sent a thousand times is read once, and the ids of its other uses are there
--   to be decided with it: the first thousand, as a page must stay one that a browser opens.
-- reads: queue, messages
-- emits: queue_id, score, sent_at, operator, thread_id, words_before, matched_text, words_after, reason,
--   source_file, source_locator, uses, others
--   one row: one of the first 100 wordings in the queue, by its first entry; how many entries say it;
--   the ids of the others
with texts as (
    select
        queue.queue_id,
        queue.score,
        queue.matched_text,
        sha256(trim(messages.body)) as body_hash
    from queue
    inner join messages on queue.message_id = messages.message_id
),

wordings as (
    select
        texts.body_hash,
        texts.matched_text,
        max(texts.score) as score,
        count(*) as uses,
        list(texts.queue_id order by texts.score desc, texts.queue_id asc) as ids
    from texts
    group by texts.body_hash, texts.matched_text
),

first_rows as (
    select
        wordings.ids[1] as queue_id,
        wordings.uses,
        array_to_string(wordings.ids[2:1001], ' ') as others,
        row_number() over (order by wordings.score desc, wordings.ids[1] asc) as place
    from wordings
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
        first_rows.uses,
        first_rows.others,
        first_rows.place
    from first_rows
    inner join queue on first_rows.queue_id = queue.queue_id
    inner join messages on queue.message_id = messages.message_id
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
    source_locator,
    uses,
    others
from final
order by place
