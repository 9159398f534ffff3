-- guessed_links: confirmation copies that say whom they went to by a name only, and the likely thread.
-- why: the platform's copy of what the seller wrote before a sale has no order, no case and no address.
--   It is joined to the one buyer of that name who wrote within the seven days before; where two
--   could be meant, to none. A guess is never silent: load_warnings names each.
-- reads: messages_base, own_threads
-- emits: message_id, thread_id, other_id, name  one row: one copy that was placed by name
with copies as (
    select
        messages_base.message_id,
        messages_base.sent_at,
        lower(trim(messages_base.recipient)) as name
    from messages_base
    where
        messages_base.origin = 'confirmation-copy'
        and messages_base.order_id is null
        and messages_base.case_ref is null
        and messages_base.thread_id is null
        and coalesce(trim(messages_base.recipient), '') <> ''
),

buyers as (
    select
        messages_base.message_id,
        messages_base.sent_at,
        messages_base.buyer_id,
        lower(trim(split_part(messages_base.sender, '<', 1))) as name
    from messages_base
    where
        messages_base.direction = 'inbound'
        and messages_base.sender like '%<%@%>'
        and lower(trim(split_part(messages_base.sender, '<', 1))) in (
            select copies.name from copies
        )
),

candidates as (
    select
        copies.message_id,
        copies.name,
        buyers.message_id as buyer_message_id,
        buyers.buyer_id,
        row_number() over (
            partition by copies.message_id
            order by buyers.sent_at desc, buyers.message_id
        ) as nearness
    from copies
    inner join buyers
        on
            copies.name = buyers.name
            and buyers.sent_at <= copies.sent_at
            and epoch(copies.sent_at) - epoch(buyers.sent_at) <= 7 * 86400
),

certain as (
    select candidates.message_id
    from candidates
    group by candidates.message_id
    having count(distinct candidates.buyer_id) = 1
)

select
    candidates.message_id,
    own_threads.thread_id,
    other_threads.thread_id as other_id,
    candidates.name
from candidates
inner join certain
    on candidates.message_id = certain.message_id
inner join own_threads
    on candidates.message_id = own_threads.message_id
inner join own_threads as other_threads
    on candidates.buyer_message_id = other_threads.message_id
where candidates.nearness = 1 and own_threads.thread_id <> other_threads.thread_id
order by candidates.message_id
