-- raw_notices: what the platform told the seller: warning, deactivation, reinstatement, other.
-- why: warning dates split the history into before and after; recurrence is measured against them.
create or replace table raw_notices (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    notice_id varchar,
    received_at timestamptz not null,
    kind varchar not null,
    subject varchar,
    body varchar
)
