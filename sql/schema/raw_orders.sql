-- raw_orders: orders as read, one row an order or an order's item.
-- why: they join order, product and buyer, and say what the archive should hold.
create or replace table raw_orders (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    order_id varchar not null,
    ordered_at timestamptz not null,
    buyer_id varchar,
    asin varchar,
    marketplace varchar,
    amount decimal(18, 4),
    currency varchar
)
