-- segments_cover_bodies: messages whose segments do not cover the body exactly.
-- why: a stretch that belongs to nobody would never be scanned, and nobody would know.
-- reads: segments, messages_base
-- emits: message_id, body_length, covered  one row: one body not covered
with covered as (
    select
        segments.message_id,
        sum(segments.segment_end - segments.segment_start) as n,
        min(segments.segment_start) as first_start,
        max(segments.segment_end) as last_end
    from segments
    group by segments.message_id
)

select
    messages_base.message_id,
    length(messages_base.body) as body_length,
    coalesce(covered.n, 0) as covered
from messages_base
left join covered
    on messages_base.message_id = covered.message_id
where
    length(messages_base.body) > 0
    and (
        coalesce(covered.n, 0) <> length(messages_base.body)
        or covered.first_start <> 0
        or covered.last_end <> length(messages_base.body)
    )
order by messages_base.message_id
