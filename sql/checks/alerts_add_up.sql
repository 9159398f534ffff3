-- alerts_add_up: counterfactual alerts before their scan, or with more threads than there are.
-- why: "so many were avoidable" must never exceed what was found at all.
-- reads: counterfactual
-- emits: mode, scan_from, found_threads, avoidable_threads  one row: one alert that cannot be
select
    counterfactual.mode,
    counterfactual.scan_from,
    counterfactual.found_threads,
    counterfactual.avoidable_threads
from counterfactual
where
    counterfactual.first_alert_at < counterfactual.scan_from
    or counterfactual.found_threads > counterfactual.n_threads
    or (
        counterfactual.mode = 'monthly scan'
        and counterfactual.found_threads + counterfactual.avoidable_threads
        > counterfactual.n_threads
    )
order by counterfactual.scan_from, counterfactual.mode
