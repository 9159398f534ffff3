-- messages_keep_their_rows: messages that were staged and are missing, or doubled, further right.
-- why: threads, languages and the join of both must neither lose nor multiply a message.
-- reads: messages_base, messages
-- emits: message_id, staged, kept  one row: one message lost or doubled
with staged as (
    select
        messages_base.message_id,
        count(*) as n
    from messages_base
    group by messages_base.message_id
),

kept as (
    select
        messages.message_id,
        count(*) as n
    from messages
    group by messages.message_id
)

select
    staged.message_id,
    staged.n as staged,
    coalesce(kept.n, 0) as kept
from staged
left join kept
    on staged.message_id = kept.message_id
where staged.n <> 1 or coalesce(kept.n, 0) <> 1
order by staged.message_id
