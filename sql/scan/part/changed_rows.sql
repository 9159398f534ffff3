-- changed_rows: the message rows, of before and of now, that may be another message's than before.
-- why: a row is told by its group of copies, and a group by its twin in another source.
-- reads: touched_rows, message_copies, message_twins, before_message_twins
-- emits: source_no, row_no  one row: one row as read
with other_twins as (
    (
        select message_twins.* from message_twins
        except
        select before_message_twins.* from before_message_twins
    )
    union all
    (
        select before_message_twins.* from before_message_twins
        except
        select message_twins.* from message_twins
    )
    union all
    select message_twins.*
    from message_twins
    inner join touched_rows
        on
            message_twins.kept_source_no = touched_rows.source_no
            and message_twins.kept_row_no = touched_rows.row_no
),

groups as (
    select distinct message_copies.row_id
    from message_copies
    inner join other_twins
        on
            message_copies.source_no = other_twins.source_no
            and message_copies.row_no = other_twins.row_no
)

select
    touched_rows.source_no,
    touched_rows.row_no
from touched_rows
union
select
    message_copies.source_no,
    message_copies.row_no
from message_copies
inner join groups
    on message_copies.row_id = groups.row_id
