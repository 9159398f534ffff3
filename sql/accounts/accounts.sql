-- accounts: what went into each step and what came out of it, kind by kind.
-- why: in = out + duplicates + quarantined, for every step and not for the files alone: a join that
--   loses a row further right would otherwise look like a clean archive.
-- reads: sources, messages_base, messages, review_events, review_event_rows, orders, refunds,
--   notices, context_events, judged, findings
-- emits: step_no, step, kind, rows_in, rows_out, rows_duplicate, rows_quarantined
--   one row: one kind of record in one step
with loaded as (
    select
        sources.record_kind as kind,
        sum(sources.rows_read) as rows_read,
        sum(sources.rows_loaded) as rows_loaded,
        sum(sources.rows_duplicate) as rows_duplicate,
        sum(sources.rows_quarantined) as rows_quarantined
    from sources
    where sources.record_kind <> ''
    group by sources.record_kind
),

kept as (
    select
        'messages' as kind,
        count(*) as n
    from messages_base
    union all
    select
        'orders' as kind,
        count(*) as n
    from orders
    union all
    select
        'refunds' as kind,
        count(*) as n
    from refunds
    union all
    select
        'notices' as kind,
        count(*) as n
    from notices
    union all
    select
        'context_events' as kind,
        count(*) as n
    from context_events
    union all
    select
        'review_events' as kind,
        count(*) as n
    from review_events
    inner join review_event_rows
        on
            review_events.event_id = review_event_rows.row_id
            and not review_event_rows.is_duplicate
),

in_threads as (
    select count(*) as n
    from messages
),

judgements as (
    select count(*) as n
    from judged
),

named as (
    select count(*) as n
    from findings
),

final as (
    select
        1 as step_no,
        'read' as step,
        loaded.kind,
        loaded.rows_read as rows_in,
        loaded.rows_loaded as rows_out,
        loaded.rows_duplicate,
        loaded.rows_quarantined
    from loaded
    union all
    select
        2 as step_no,
        'kept' as step,
        kept.kind,
        coalesce(loaded.rows_loaded, 0) as rows_in,
        kept.n as rows_out,
        0 as rows_duplicate,
        0 as rows_quarantined
    from kept
    left join loaded
        on kept.kind = loaded.kind
    union all
    select
        3 as step_no,
        'in threads' as step,
        kept.kind,
        kept.n as rows_in,
        in_threads.n as rows_out,
        0 as rows_duplicate,
        0 as rows_quarantined
    from kept
    cross join in_threads
    where kept.kind = 'messages'
    union all
    select
        4 as step_no,
        'judged' as step,
        'findings' as kind,
        judgements.n as rows_in,
        named.n as rows_out,
        0 as rows_duplicate,
        0 as rows_quarantined
    from judgements
    cross join named
)

select
    final.step_no,
    final.step,
    final.kind,
    cast(final.rows_in as bigint) as rows_in,
    cast(final.rows_out as bigint) as rows_out,
    cast(final.rows_duplicate as bigint) as rows_duplicate,
    cast(final.rows_quarantined as bigint) as rows_quarantined
from final
where final.rows_in > 0 or final.rows_out > 0
order by final.step_no, final.kind
