-- spans_moved: the spans of before, without what the cases that changed counted, with what they count.
-- why: a thread belongs to one case, so all other threads count as they did.
-- reads: before_rate_spans, spans_then, spans_now
-- emits: dimension, value, first_era, last_era, violated_first_era, violated_last_era,
--   thread_violated_first_era, thread_violated_last_era, n_threads  one row: one value and reach
with counted as (
    select before_rate_spans.*
    from before_rate_spans
    union all
    select spans_then.* replace (-spans_then.n_threads as n_threads)
    from spans_then
    union all
    select spans_now.*
    from spans_now
)

select
    counted.* exclude (n_threads),
    cast(sum(counted.n_threads) as bigint) as n_threads
from counted
group by all
having sum(counted.n_threads) > 0
