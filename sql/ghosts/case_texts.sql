-- case_texts: what the messages of some cases say themselves, without what they quote.
-- why: words that stand in a message of the case need no ghost, however the mail program broke them.
-- reads: ghost_cases, message_threads, messages_base, segments
-- emits: case_id, body  one row: one message
select
    message_threads.case_id,
    string_agg(
        substr(
            messages_base.body,
            segments.segment_start + 1,
            segments.segment_end - segments.segment_start
        ), '' order by segments.segment_start
    ) as body
from ghost_cases
inner join message_threads
    on ghost_cases.case_id = message_threads.case_id
inner join messages_base
    on message_threads.message_id = messages_base.message_id
inner join segments
    on message_threads.message_id = segments.message_id
where segments.kind <> 'quoted'
group by message_threads.case_id, message_threads.message_id
