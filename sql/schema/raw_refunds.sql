-- raw_refunds: money given back, one row a refund as read.
-- why: a refund carries no signal alone; with an ask in the same thread it decides the policy.
create or replace table raw_refunds (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    refund_id varchar,
    order_id varchar not null,
    refunded_at timestamptz not null,
    amount decimal(18, 4),
    currency varchar,
    reason varchar
)
