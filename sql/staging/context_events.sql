-- context_events: what changed around the seller, once each.
-- why: launches, trainings and controls are what a root cause is made of.
-- reads: raw_context_events, context_rows, file_names
-- emits: occurred_at, kind, title, detail, source_file, source_locator  one row: one event
select
    raw_context_events.occurred_at,
    raw_context_events.kind,
    raw_context_events.title,
    raw_context_events.detail,
    file_names.source_file,
    raw_context_events.source_locator
from raw_context_events
inner join context_rows
    on
        raw_context_events.source_no = context_rows.source_no
        and raw_context_events.row_no = context_rows.row_no
inner join file_names
    on raw_context_events.source_no = file_names.source_no
where not context_rows.is_duplicate
order by raw_context_events.occurred_at, raw_context_events.title, context_rows.row_id
