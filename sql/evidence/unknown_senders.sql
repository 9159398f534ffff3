-- unknown_senders: who wrote the messages whose side nobody has configured, most frequent first.
-- why: such messages are judged for the queue only; the owner must be told whom to configure.
-- reads: messages
-- emits: sender, n  one row: one sender
select
    messages.sender,
    count(*) as n
from messages
where messages.direction = 'unknown' and coalesce(messages.sender, '') <> ''
group by messages.sender
order by n desc, messages.sender
