-- review_events: the life of every review: created, updated, removed, each with its time or bounds.
-- why: given events are exact; those seen as differences of looks carry both bounds, and occurred_at
--   is the later one: by then it had happened. What a given event tells already is not told again.
-- reads: raw_review_events, review_event_rows, review_changes, raw_review_snapshots, file_names
-- emits: event_id, review_id, event_type, occurred_at, rating, previous_rating, order_id, asin,
--   buyer_id, marketplace, title, body, earliest_at, latest_at, source_file, source_locator
--   one row: one event
with given as (
    select
        review_event_rows.row_id as event_id,
        raw_review_events.source_no,
        raw_review_events.row_no,
        coalesce(
            nullif(raw_review_events.review_id, ''),
            'order:' || nullif(raw_review_events.order_id, '')
        ) as review_id,
        raw_review_events.event_type,
        raw_review_events.occurred_at,
        raw_review_events.rating
    from raw_review_events
    inner join review_event_rows
        on
            raw_review_events.source_no = review_event_rows.source_no
            and raw_review_events.row_no = review_event_rows.row_no
    where not review_event_rows.is_duplicate
),

lined as (
    select
        given.*,
        case when given.review_id is not null then lag(given.rating) over (
            partition by given.review_id
            order by given.occurred_at, given.source_no, given.row_no
        ) end as previous_rating
    from given
),

told as (
    select
        lined.event_id,
        lined.review_id,
        lined.event_type,
        lined.occurred_at,
        lined.rating,
        lined.previous_rating,
        nullif(raw_review_events.order_id, '') as order_id,
        nullif(raw_review_events.asin, '') as asin,
        nullif(raw_review_events.buyer_id, '') as buyer_id,
        raw_review_events.marketplace,
        raw_review_events.title,
        raw_review_events.body,
        lined.occurred_at as earliest_at,
        lined.occurred_at as latest_at,
        lined.source_no,
        raw_review_events.source_locator
    from lined
    inner join raw_review_events
        on
            lined.source_no = raw_review_events.source_no
            and lined.row_no = raw_review_events.row_no
),

known_already as (
    select distinct
        review_changes.source_no,
        review_changes.row_no,
        review_changes.event_type
    from review_changes
    inner join told
        on
            review_changes.review_id = told.review_id
            and review_changes.event_type = told.event_type
    where
        review_changes.event_type = 'created'
        or told.occurred_at between review_changes.earliest_at and review_changes.latest_at
),

seen as (
    select
        's' || substr(
            md5(
                review_changes.review_id || chr(31) || review_changes.event_type || chr(31)
                || cast(epoch_us(review_changes.latest_at) as varchar)
            ), 1, 16
        ) as event_id,
        review_changes.review_id,
        review_changes.event_type,
        review_changes.latest_at as occurred_at,
        review_changes.rating,
        review_changes.previous_rating,
        nullif(raw_review_snapshots.order_id, '') as order_id,
        nullif(raw_review_snapshots.asin, '') as asin,
        nullif(raw_review_snapshots.buyer_id, '') as buyer_id,
        raw_review_snapshots.marketplace,
        raw_review_snapshots.title,
        raw_review_snapshots.body,
        review_changes.earliest_at,
        review_changes.latest_at,
        review_changes.source_no,
        raw_review_snapshots.source_locator
    from review_changes
    inner join raw_review_snapshots
        on
            review_changes.source_no = raw_review_snapshots.source_no
            and review_changes.row_no = raw_review_snapshots.row_no
    left join known_already
        on
            review_changes.source_no = known_already.source_no
            and review_changes.row_no = known_already.row_no
            and review_changes.event_type = known_already.event_type
    where known_already.event_type is null
),

final as (
    select * from told
    union all
    select * from seen
)

select
    final.event_id,
    final.review_id,
    final.event_type,
    final.occurred_at,
    final.rating,
    final.previous_rating,
    final.order_id,
    final.asin,
    final.buyer_id,
    final.marketplace,
    final.title,
    final.body,
    final.earliest_at,
    final.latest_at,
    file_names.source_file,
    final.source_locator
from final
inner join file_names
    on final.source_no = file_names.source_no
order by final.occurred_at, final.event_id
