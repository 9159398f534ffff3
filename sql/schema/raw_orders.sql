-- raw_orders: orders as read, one row an order or an order's item.
-- why: they join order, product and buyer, and say what the archive should hold. Who the buyer is and
--   where he lives is kept for one purpose: to take just that out of what others get to read.
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
    currency varchar,
    buyer_name varchar,
    buyer_phone varchar,
    recipient_name varchar,
    ship_address varchar,
    ship_address_2 varchar,
    ship_postcode varchar
)
