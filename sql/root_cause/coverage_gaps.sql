-- coverage_gaps: months in which a channel's sent messages are missing, with their dates.
-- why: what was not exported cannot be counted; every number whose time holds such a month says so.
--   A channel that has fewer than three messages a month may just not have been used: it is listed
--   in the coverage and downgrades nothing.
-- reads: coverage
-- emits: channel, marketplace, month, from_at, to_at, note  one row: one channel and month
with months as (
    select
        coverage.channel,
        coverage.marketplace,
        coverage.month,
        coverage.note,
        cast(coverage.month || '-01' as timestamp) as local_from
    from coverage
    where
        coverage.status <> 'have'
        and coverage.messages_out = 0
        and coverage.note not like '%missing or not used'
        and coverage.note not like 'senders of unknown side%'
)

select
    months.channel,
    months.marketplace,
    months.month,
    timezone($timezone, months.local_from) as from_at,
    timezone($timezone, months.local_from + interval 1 month) as to_at,
    months.note
from months
order by from_at, months.channel, months.marketplace
