-- orders: every ordered item once.
-- why: they join order, product and buyer, and say what the archive should hold.
-- reads: raw_orders, order_rows, file_names
-- emits: order_id, ordered_at, buyer_id, asin, marketplace, amount, currency, source_file,
--   source_locator  one row: one item of one order
select
    raw_orders.order_id,
    raw_orders.ordered_at,
    raw_orders.buyer_id,
    raw_orders.asin,
    raw_orders.marketplace,
    raw_orders.amount,
    raw_orders.currency,
    file_names.source_file,
    raw_orders.source_locator
from raw_orders
inner join order_rows
    on
        raw_orders.source_no = order_rows.source_no
        and raw_orders.row_no = order_rows.row_no
inner join file_names
    on raw_orders.source_no = file_names.source_no
where not order_rows.is_duplicate
order by raw_orders.ordered_at, raw_orders.order_id, raw_orders.asin, raw_orders.row_no
