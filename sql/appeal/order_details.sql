-- order_details: addresses and phone numbers of a thread's buyer, as the order reports have them.
-- why: what is known to be somebody's address is taken out as it is written, whatever its form; no
--   pattern knows every street. Nothing here leaves the machine.
-- reads: messages, raw_orders
-- emits: thread_id, case_id, kind, detail  one row: one thread and one detail of its buyer
with details as (
    select
        raw_orders.order_id,
        'address' as kind,
        unnest([raw_orders.ship_address, raw_orders.ship_address_2, raw_orders.ship_postcode])
            as detail
    from raw_orders
    union
    select
        raw_orders.order_id,
        'phone' as kind,
        raw_orders.buyer_phone as detail
    from raw_orders
),

final as (
    select distinct
        messages.thread_id,
        messages.case_id,
        details.kind,
        details.detail
    from messages
    inner join details
        on messages.order_id = details.order_id
    where coalesce(details.detail, '') <> ''
)

select
    final.thread_id,
    final.case_id,
    final.kind,
    final.detail
from final
order by final.thread_id, final.kind, final.detail
