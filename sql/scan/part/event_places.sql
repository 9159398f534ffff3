-- event_places: where the rows of the touched reviews' events stand.
-- why: an event is told by its rows.
-- reads: review_event_rows, touched_events
-- emits: source_no, row_no  one row: one row as read
select
    review_event_rows.source_no,
    review_event_rows.row_no
from review_event_rows
inner join touched_events
    on review_event_rows.row_id = touched_events.event_id
