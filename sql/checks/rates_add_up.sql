-- rates_add_up: rates whose counts, interval or p-values cannot be.
-- why: every number will be attacked; more violating than outbound threads, a rate outside its
--   interval or a p-value that fell when adjusted would discredit all of them.
-- reads: rates
-- emits: dimension, value, period, rate  one row: one rate that cannot be
select
    rates.dimension,
    rates.value,
    rates.period,
    rates.rate
from rates
where
    rates.violating_threads > rates.outbound_threads
    or rates.rest_violating > rates.rest_threads
    or rates.rest_threads < 0
    or rates.rate < rates.rate_low - 0.001
    or rates.rate > rates.rate_high + 0.001
    or rates.p_holm < rates.p_value
    or (rates.verdict like '%than the rest' and coalesce(rates.p_holm, 1) > 0.05)
order by rates.dimension, rates.value, rates.period
