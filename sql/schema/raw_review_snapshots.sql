-- raw_review_snapshots: a review as it stood when somebody looked.
-- why: edits and deletions are known only as differences of snapshots; the true time lies between two looks.
create or replace table raw_review_snapshots (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    review_id varchar,
    snapshot_at timestamptz not null,
    created_at timestamptz,
    rating double,
    order_id varchar,
    asin varchar,
    buyer_id varchar,
    marketplace varchar,
    title varchar,
    body varchar,
    complete boolean
)
