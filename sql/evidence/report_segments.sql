-- report_segments: the stretches of shown messages that are not the sender's own words.
-- why: quoted tails, signatures and boilerplate are folded in the report; own text needs no row.
-- reads: findings, messages, segments
-- emits: message_id, segment_start, segment_end, kind  one row: one stretch of one shown message
with flagged as (
    select distinct findings.thread_id
    from findings
),

cases as (
    select distinct messages.case_id
    from flagged
    inner join messages on flagged.thread_id = messages.thread_id
    where messages.case_id is not null
),

shown as (
    select messages.message_id
    from flagged
    inner join messages on flagged.thread_id = messages.thread_id
    union
    select messages.message_id
    from cases
    inner join messages on cases.case_id = messages.case_id
),

final as (
    select
        segments.message_id,
        segments.segment_start,
        segments.segment_end,
        segments.kind
    from shown
    inner join segments on shown.message_id = segments.message_id
    where segments.kind <> 'own'
)

select
    message_id,
    segment_start,
    segment_end,
    kind
from final
order by message_id, segment_start
