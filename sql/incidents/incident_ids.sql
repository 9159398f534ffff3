-- incident_ids: a name for each run that says when it began and does not change with its number.
-- why: earlier incidents must keep their ids when older messages are added to the archive.
-- reads: incident_messages
-- emits: run_no, incident_id, started_at, ended_at, message_count  one row: one run
with ranked as (
    select
        incident_messages.run_no,
        incident_messages.message_id,
        row_number() over (
            partition by incident_messages.run_no
            order by incident_messages.sent_at, incident_messages.message_id
        ) as place
    from incident_messages
),

spans as (
    select
        incident_messages.run_no,
        min(incident_messages.sent_at) as started_at,
        max(incident_messages.sent_at) as ended_at,
        count(*) as message_count
    from incident_messages
    group by incident_messages.run_no
)

select
    spans.run_no,
    'i-' || strftime(spans.started_at, '%Y%m%d') || '-'
    || substr(sha256(ranked.message_id), 1, 4) as incident_id,
    spans.started_at,
    spans.ended_at,
    spans.message_count
from spans
inner join ranked
    on spans.run_no = ranked.run_no and ranked.place = 1
order by spans.run_no
