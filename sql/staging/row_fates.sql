-- row_fates: how many rows of each file and kind were loaded, and how many were duplicates.
-- why: the accounts of every file must add up.
-- reads: message_rows, review_event_rows, review_snapshot_rows, order_rows, refund_rows,
--   notice_rows, context_rows
-- emits: source_no, record_kind, n_loaded, n_duplicate  one row: one file and kind
with fates as (
    select
        message_rows.source_no,
        'messages' as record_kind,
        message_rows.is_duplicate
    from message_rows
    union all
    select
        review_event_rows.source_no,
        'review_events' as record_kind,
        review_event_rows.is_duplicate
    from review_event_rows
    union all
    select
        review_snapshot_rows.source_no,
        'review_snapshots' as record_kind,
        review_snapshot_rows.is_duplicate
    from review_snapshot_rows
    union all
    select
        order_rows.source_no,
        'orders' as record_kind,
        order_rows.is_duplicate
    from order_rows
    union all
    select
        refund_rows.source_no,
        'refunds' as record_kind,
        refund_rows.is_duplicate
    from refund_rows
    union all
    select
        notice_rows.source_no,
        'notices' as record_kind,
        notice_rows.is_duplicate
    from notice_rows
    union all
    select
        context_rows.source_no,
        'context_events' as record_kind,
        context_rows.is_duplicate
    from context_rows
)

select
    fates.source_no,
    fates.record_kind,
    count(*) filter (where not fates.is_duplicate) as n_loaded,
    count(*) filter (where fates.is_duplicate) as n_duplicate
from fates
group by fates.source_no, fates.record_kind
order by fates.source_no, fates.record_kind
