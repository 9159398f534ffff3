-- queue: seller messages worth a person's look, best first, without those already decided.
-- why: no verdict, no incident, no exit code; a decision on a queue_id confirms it or takes it off.
-- reads: queue_candidates, text_identity, decided, messages, message_keys
-- emits: queue_id, message_id, thread_id, sent_at, direction, operator, channel, order_id, reason,
--   score, matched_text, match_start, match_end, source_file, source_locator  one row: one message
with identified as (
    select
        'q-' || substr(
            sha256(
                text_identity.identity || chr(31) || text_identity.body_hash
                || chr(31) || text_identity.tail
            ), 1, 16
        ) as queue_id,
        queue_candidates.*
    from queue_candidates
    inner join text_identity
        on queue_candidates.message_id = text_identity.message_id
),

final as (
    select identified.*
    from identified
    left join decided
        on identified.queue_id = decided.finding_id
    where decided.finding_id is null or decided.expired
)

select
    final.queue_id,
    final.message_id,
    message_keys.thread_id,
    message_keys.sent_at,
    message_keys.direction,
    message_keys.operator,
    message_keys.channel,
    message_keys.order_id,
    final.reason,
    cast(round(final.score, 2) as double) as score,
    substr(
        case when final.matched_in = 'subject' then messages.subject else messages.body end,
        final.match_start + 1,
        final.match_end - final.match_start
    ) as matched_text,
    final.match_start,
    final.match_end,
    messages.source_file,
    messages.source_locator
from final
inner join message_keys
    on final.message_id = message_keys.message_id
inner join messages
    on final.message_id = messages.message_id
where message_keys.sent_at >= $since_at and message_keys.sent_at < $until_at
order by final.score desc, final.queue_id
