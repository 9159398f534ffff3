-- load_warnings: what was decided while reading and staging, for a reader of the evidence.
-- why: a repeated hour read as the first, an id used twice for different texts: every assumption is
--   shown.
-- reads: warnings, file_names, message_rows, raw_messages, review_event_rows, raw_review_events,
--   refund_rows, raw_refunds, notice_rows, raw_notices, guessed_links, messages_base
-- emits: source_file, source_locator, warning  one row: one decision
with twice_used as (
    select
        message_rows.source_no,
        raw_messages.source_locator,
        message_rows.given_id,
        message_rows.row_id
    from message_rows
    inner join raw_messages
        on
            message_rows.source_no = raw_messages.source_no
            and message_rows.row_no = raw_messages.row_no
    where message_rows.is_renamed
    union all
    select
        review_event_rows.source_no,
        raw_review_events.source_locator,
        review_event_rows.given_id,
        review_event_rows.row_id
    from review_event_rows
    inner join raw_review_events
        on
            review_event_rows.source_no = raw_review_events.source_no
            and review_event_rows.row_no = raw_review_events.row_no
    where review_event_rows.is_renamed
    union all
    select
        refund_rows.source_no,
        raw_refunds.source_locator,
        refund_rows.given_id,
        refund_rows.row_id
    from refund_rows
    inner join raw_refunds
        on
            refund_rows.source_no = raw_refunds.source_no
            and refund_rows.row_no = raw_refunds.row_no
    where refund_rows.is_renamed
    union all
    select
        notice_rows.source_no,
        raw_notices.source_locator,
        notice_rows.given_id,
        notice_rows.row_id
    from notice_rows
    inner join raw_notices
        on
            notice_rows.source_no = raw_notices.source_no
            and notice_rows.row_no = raw_notices.row_no
    where notice_rows.is_renamed
),

renamed as (
    select
        twice_used.source_no,
        twice_used.source_locator,
        'the id ' || twice_used.given_id || ' was used before with other content; kept as '
        || twice_used.row_id as warning
    from twice_used
),

final as (
    select
        warnings.source_no,
        warnings.source_locator,
        warnings.warning
    from warnings
    union all
    select
        renamed.source_no,
        renamed.source_locator,
        renamed.warning
    from renamed
    union all
    select
        messages_base.source_no,
        messages_base.source_locator,
        'joined by the name ' || guessed_links.name
        || ' alone to the conversation of the one buyer of that name in the week before: a guess'
            as warning
    from guessed_links
    inner join messages_base
        on guessed_links.message_id = messages_base.message_id
)

select
    file_names.source_file,
    final.source_locator,
    final.warning
from final
inner join file_names
    on final.source_no = file_names.source_no
order by file_names.source_file, final.source_locator, final.warning
