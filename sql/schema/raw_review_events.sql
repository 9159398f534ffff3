-- raw_review_events: what happened to a review, one row an event as read (created, updated, removed).
-- why: occurred_at is exact here; events known only from snapshots come from raw_review_snapshots.
create or replace table raw_review_events (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    event_id varchar,
    review_id varchar,
    event_type varchar not null,
    occurred_at timestamptz not null,
    rating double,
    order_id varchar,
    asin varchar,
    buyer_id varchar,
    marketplace varchar,
    title varchar,
    body varchar
)
