-- review_looks: each look at the review list: who saw which review with which rating and text.
-- why: a look is one file on one day; only a list said to be complete proves that a review is gone,
--   and only for the products it covers. A review without an id is the one of its order.
-- reads: raw_review_snapshots, review_snapshot_rows
-- emits: source_no, row_no, look_id, review_id, seen_at, created_at, rating, text_hash, asin,
--   is_complete  one row: one review in one look
select
    raw_review_snapshots.source_no,
    raw_review_snapshots.row_no,
    cast(raw_review_snapshots.source_no as varchar) || ':'
    || strftime(raw_review_snapshots.snapshot_at, '%Y-%m-%d') as look_id,
    coalesce(
        nullif(raw_review_snapshots.review_id, ''), 'order:' || raw_review_snapshots.order_id
    ) as review_id,
    raw_review_snapshots.snapshot_at as seen_at,
    raw_review_snapshots.created_at,
    raw_review_snapshots.rating,
    md5(
        coalesce(raw_review_snapshots.title, '') || chr(31)
        || coalesce(raw_review_snapshots.body, '')
    ) as text_hash,
    coalesce(raw_review_snapshots.asin, '') as asin,
    coalesce(raw_review_snapshots.complete, false) as is_complete
from raw_review_snapshots
inner join review_snapshot_rows
    on
        raw_review_snapshots.source_no = review_snapshot_rows.source_no
        and raw_review_snapshots.row_no = review_snapshot_rows.row_no
where
    not review_snapshot_rows.is_duplicate
    and coalesce(raw_review_snapshots.review_id, raw_review_snapshots.order_id, '') <> ''
order by review_id, seen_at, raw_review_snapshots.source_no
