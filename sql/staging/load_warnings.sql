-- load_warnings: what was decided while reading and staging, for a reader of the evidence.
-- why: a repeated hour read as the first, an id used twice for different texts: every assumption is
--   shown.
-- reads: warnings, file_names, message_rows, raw_messages
-- emits: source_file, source_locator, warning  one row: one decision
with renamed as (
    select
        message_rows.source_no,
        raw_messages.source_locator,
        'the id ' || message_rows.given_id || ' was used before with other content; kept as '
        || message_rows.row_id as warning
    from message_rows
    inner join raw_messages
        on
            message_rows.source_no = raw_messages.source_no
            and message_rows.row_no = raw_messages.row_no
    where message_rows.is_renamed
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
)

select
    file_names.source_file,
    final.source_locator,
    final.warning
from final
inner join file_names
    on final.source_no = file_names.source_no
order by file_names.source_file, final.source_locator, final.warning
