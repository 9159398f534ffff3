-- touched_events: the events of the reviews of which a row moved, by the ids of before and of now.
-- why: an event tells the rating before it, so a review's events follow from all its rows.
-- reads: raw_review_events, touched_rows, rows_before, review_event_rows
-- emits: event_id  one row: one event
with keyed as (
    select
        raw_review_events.source_no,
        raw_review_events.row_no,
        coalesce(
            nullif(raw_review_events.review_id, ''),
            'order:' || nullif(raw_review_events.order_id, '')
        ) as review_id
    from raw_review_events
),

reviews as (
    select distinct keyed.review_id
    from keyed
    inner join touched_rows
        on keyed.source_no = touched_rows.source_no and keyed.row_no = touched_rows.row_no
),

others as (
    select
        keyed.source_no,
        keyed.row_no
    from keyed
    inner join reviews
        on keyed.review_id = reviews.review_id
)

select rows_before.row_id as event_id
from rows_before
inner join touched_rows
    on rows_before.source_no = touched_rows.source_no and rows_before.row_no = touched_rows.row_no
union
select rows_before.row_id as event_id
from rows_before
inner join others
    on rows_before.source_no = others.source_no and rows_before.row_no = others.row_no
union
select review_event_rows.row_id as event_id
from review_event_rows
