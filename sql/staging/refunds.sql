-- refunds: every refund once.
-- why: money given back is what ties an ask to compensation.
-- reads: raw_refunds, refund_rows, file_names
-- emits: refund_id, order_id, refunded_at, amount, currency, reason, source_file, source_locator
--   one row: one refund
select
    refund_rows.row_id as refund_id,
    raw_refunds.order_id,
    raw_refunds.refunded_at,
    raw_refunds.amount,
    raw_refunds.currency,
    raw_refunds.reason,
    file_names.source_file,
    raw_refunds.source_locator
from raw_refunds
inner join refund_rows
    on
        raw_refunds.source_no = refund_rows.source_no
        and raw_refunds.row_no = refund_rows.row_no
inner join file_names
    on raw_refunds.source_no = file_names.source_no
where not refund_rows.is_duplicate
order by raw_refunds.refunded_at, refund_rows.row_id
