-- explained_signals: what the grammar and the second reader found in the message, standing or stopped.
-- why: a guard that took a signal away is as much of an answer as the signal.
-- reads: signals
-- emits: signal, rule_id, matched_in, match_start, match_end, object, strength, stopped_by, stop_text,
--   score  one row: one signal
select
    signals.signal,
    signals.rule_id,
    signals.matched_in,
    signals.match_start,
    signals.match_end,
    signals.object,
    signals.strength,
    signals.stopped_by,
    signals.stop_text,
    signals.score
from signals
where signals.message_id = $message
order by signals.matched_in desc, signals.match_start, signals.rule_id
