-- function_uses: in how many conversations each channel and platform template was used, and in how many
--   of them something violates.
-- why: what a new function was used for besides speaks for or against it.
-- reads: rate_counts
-- emits: kind, name, n_threads, n_violating  one row: one channel or template
select
    rate_counts.dimension as kind,
    rate_counts.value as name,
    rate_counts.outbound_threads as n_threads,
    rate_counts.violating_threads as n_violating
from rate_counts
where rate_counts.period = 'all' and rate_counts.dimension in ('channel', 'template')
order by rate_counts.dimension, rate_counts.value
