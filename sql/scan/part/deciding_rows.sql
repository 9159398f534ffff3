-- deciding_rows: the message rows that tell what the changed rows are: they themselves, the first of
--   their copies, and the twins that count in their place.
-- why: what a row is, is told by looking at these and at no others.
-- reads: changed_rows, message_copies, message_twins
-- emits: source_no, row_no  one row: one row as read
with own as (
    select distinct message_copies.row_id
    from message_copies
    inner join changed_rows
        on
            message_copies.source_no = changed_rows.source_no
            and message_copies.row_no = changed_rows.row_no
),

copies as (
    select
        message_copies.source_no,
        message_copies.row_no
    from message_copies
    inner join own
        on message_copies.row_id = own.row_id
)

select
    copies.source_no,
    copies.row_no
from copies
union
select
    message_twins.kept_source_no as source_no,
    message_twins.kept_row_no as row_no
from message_twins
inner join copies
    on
        message_twins.source_no = copies.source_no
        and message_twins.row_no = copies.row_no
