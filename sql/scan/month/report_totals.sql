-- report_totals: how much a month holds, for the report's first lines.
-- why: messages of other months are shown with a conversation but were not examined this month.
-- reads: messages
-- emits: messages, outbound, inbound, internal, unknown, threads, buyers, first_at, last_at  one row: the month
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
where strftime(timezone($timezone, messages.sent_at), '%Y-%m') = $month
