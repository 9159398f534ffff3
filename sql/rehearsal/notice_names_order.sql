-- notice_names_order: orders that a notice names and among whose messages nothing is found.
-- why: the platform has named the case; an answer that leaves it out is taken for a denial.
-- reads: notices, affected_messages
-- emits: remark, table_name, row_id, detail  one row: one notice and order
with named as (
    select distinct
        notices.notice_id,
        unnest(
            regexp_extract_all(
                coalesce(notices.subject, '') || ' ' || coalesce(notices.body, ''),
                '[0-9]{3}-[0-9]{7}-[0-9]{7}'
            )
        ) as order_id
    from notices
),

final as (
    select
        named.notice_id as row_id,
        named.order_id
    from named
    left join affected_messages
        on
            named.order_id = affected_messages.order_id
            and affected_messages.status <> 'dismissed'
    where affected_messages.message_id is null
)

select
    'contradiction between notice and data' as remark,
    'notices' as table_name,
    final.row_id,
    'it names order ' || final.order_id || ', on which no message concerned is found' as detail
from final
order by final.row_id, final.order_id
