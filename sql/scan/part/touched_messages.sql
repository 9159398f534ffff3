-- touched_messages: the messages, of before and of now, whose row may read otherwise than before.
-- why: a message is told by all of its rows; an order's buyer stands in for the other party, and a
--   bounce in one file says that a message in another was not delivered.
-- reads: changed_now, changed_before, message_rows, moved_files, raw_messages, raw_orders, raw_bounces
-- emits: message_id  one row: one message
with moved_rows as (
    (
        select changed_now.* from changed_now
        except
        select changed_before.* from changed_before
    )
    union all
    (
        select changed_before.* from changed_before
        except
        select changed_now.* from changed_now
    )
    union all
    select changed_now.*
    from changed_now
    inner join moved_files
        on changed_now.source_no = moved_files.source_no
),

moved_orders as (
    select distinct raw_orders.order_id
    from raw_orders
    inner join moved_files
        on raw_orders.source_no = moved_files.source_no
),

moved_bounces as (
    select distinct raw_bounces.message_id
    from raw_bounces
    inner join moved_files
        on raw_bounces.source_no = moved_files.source_no
)

select moved_rows.row_id as message_id
from moved_rows
union
select message_rows.row_id as message_id
from message_rows
inner join moved_bounces
    on message_rows.given_id = moved_bounces.message_id
union
select message_rows.row_id as message_id
from message_rows
inner join raw_messages
    on
        message_rows.source_no = raw_messages.source_no
        and message_rows.row_no = raw_messages.row_no
inner join moved_orders
    on raw_messages.order_id = moved_orders.order_id
