-- people: who the other party of each thread is called, as its messages name them.
-- why: names are replaced where the archive itself says whose they are: by the thread first, full
--   names everywhere. Nothing here leaves the machine.
-- reads: messages
-- emits: thread_id, case_id, buyer_id, named  one row: one thread and one way its buyer is named
with parties as (
    select distinct
        messages.thread_id,
        messages.case_id,
        messages.buyer_id,
        case
            when messages.direction = 'inbound' then messages.sender
            when messages.direction = 'outbound' then messages.recipient
        end as named
    from messages
    where messages.buyer_id is not null
),

final as (
    select
        parties.thread_id,
        parties.case_id,
        parties.buyer_id,
        coalesce(parties.named, '') as named
    from parties
)

select
    final.thread_id,
    final.case_id,
    final.buyer_id,
    final.named
from final
order by final.thread_id, final.buyer_id, final.named
