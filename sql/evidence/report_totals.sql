-- report_totals: how much was read and over which time, for the report's first lines.
-- why: "nothing found" means nothing without the number of messages it was looked for in.
-- reads: messages
-- emits: messages, outbound, inbound, internal, unknown, threads, buyers, first_at, last_at  one row: the whole archive
with final as (
    select
        count(*) as messages,
        count(*) filter (where messages.direction = 'outbound') as outbound,
        count(*) filter (where messages.direction = 'inbound') as inbound,
        count(*) filter (where messages.direction = 'internal') as internal,
        count(*) filter (where messages.direction = 'unknown') as unknown,
        count(distinct messages.thread_id) as threads,
        count(distinct messages.buyer_id) as buyers,
        min(messages.sent_at) as first_at,
        max(messages.sent_at) as last_at
    from messages
)

select
    messages,
    outbound,
    inbound,
    internal,
    unknown,
    threads,
    buyers,
    first_at,
    last_at
from final
order by messages
