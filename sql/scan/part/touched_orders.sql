-- touched_orders: the orders of which a row may count otherwise than before.
-- why: an item that is ordered twice in the exports counts once; copies are of one order.
-- reads: raw_orders, touched_rows
-- emits: order_id  one row: one order
select distinct raw_orders.order_id
from raw_orders
inner join touched_rows
    on
        raw_orders.source_no = touched_rows.source_no
        and raw_orders.row_no = touched_rows.row_no
