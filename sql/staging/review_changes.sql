-- review_changes: what happened to a review between one look and the next.
-- why: edits and deletions exist only as differences; the true time lies between the two looks.
-- reads: review_looks
-- emits: source_no, row_no, review_id, event_type, earliest_at, latest_at, rating, previous_rating
--   one row: one change seen
with lined as (
    select
        review_looks.*,
        lag(review_looks.seen_at) over (
            partition by review_looks.review_id
            order by review_looks.seen_at, review_looks.source_no, review_looks.row_no
        ) as last_seen_at,
        lag(review_looks.rating) over (
            partition by review_looks.review_id
            order by review_looks.seen_at, review_looks.source_no, review_looks.row_no
        ) as last_rating,
        lag(review_looks.text_hash) over (
            partition by review_looks.review_id
            order by review_looks.seen_at, review_looks.source_no, review_looks.row_no
        ) as last_text_hash,
        lead(review_looks.seen_at) over (
            partition by review_looks.review_id
            order by review_looks.seen_at, review_looks.source_no, review_looks.row_no
        ) as next_seen_at
    from review_looks
),

appeared as (
    select
        lined.source_no,
        lined.row_no,
        lined.review_id,
        'created' as event_type,
        lined.created_at as earliest_at,
        coalesce(lined.created_at, lined.seen_at) as latest_at,
        lined.rating,
        cast(null as double) as previous_rating
    from lined
    where lined.last_seen_at is null
),

edited as (
    select
        lined.source_no,
        lined.row_no,
        lined.review_id,
        'updated' as event_type,
        lined.last_seen_at as earliest_at,
        lined.seen_at as latest_at,
        lined.rating,
        lined.last_rating as previous_rating
    from lined
    where
        lined.last_seen_at is not null
        and (
            lined.rating is distinct from lined.last_rating
            or lined.text_hash <> lined.last_text_hash
        )
),

complete_looks as (
    select
        review_looks.look_id,
        review_looks.asin,
        max(review_looks.seen_at) as seen_at
    from review_looks
    where review_looks.is_complete
    group by review_looks.look_id, review_looks.asin
),

missing as (
    select
        lined.source_no,
        lined.row_no,
        lined.review_id,
        lined.seen_at as earliest_at,
        min(complete_looks.seen_at) as latest_at,
        lined.rating as previous_rating
    from lined
    inner join complete_looks
        on
            lined.asin = complete_looks.asin
            and lined.seen_at < complete_looks.seen_at
            and complete_looks.seen_at < coalesce(lined.next_seen_at, timestamptz '9999-12-30')
            and lined.look_id <> complete_looks.look_id
    group by
        lined.source_no, lined.row_no, lined.review_id, lined.seen_at, lined.rating
),

final as (
    select * from appeared
    union all
    select * from edited
    union all
    select
        missing.source_no,
        missing.row_no,
        missing.review_id,
        'removed' as event_type,
        missing.earliest_at,
        missing.latest_at,
        cast(null as double) as rating,
        missing.previous_rating
    from missing
)

select
    final.source_no,
    final.row_no,
    final.review_id,
    final.event_type,
    final.earliest_at,
    final.latest_at,
    final.rating,
    final.previous_rating
from final
order by final.review_id, final.latest_at, final.event_type
