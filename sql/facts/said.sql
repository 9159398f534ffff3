-- said: the signals that stand, each with who said it, when, and where in the case.
-- why: the one table verdicts read; a signal that a guard took away never decides anything, and what
--   a message tells of its neighbours is no signal of its own (surroundings).
-- reads: signals, message_keys
-- emits: message_id, thread_id, case_id, sent_at, place, direction, seller_side, operator, channel,
--   marketplace, order_id, signal, rule_id, matched_in, match_start, match_end, sentence_no, object,
--   polarity, conditional, obfuscated, strength, score  one row: one signal in one message
select
    message_keys.message_id,
    message_keys.thread_id,
    message_keys.case_id,
    message_keys.sent_at,
    message_keys.place,
    message_keys.direction,
    message_keys.seller_side,
    message_keys.operator,
    message_keys.channel,
    message_keys.marketplace,
    message_keys.order_id,
    signals.signal,
    signals.rule_id,
    signals.matched_in,
    signals.match_start,
    signals.match_end,
    signals.sentence_no,
    signals.object,
    signals.polarity,
    signals.conditional,
    signals.obfuscated,
    signals.strength,
    signals.score
from signals
inner join message_keys
    on signals.message_id = message_keys.message_id
where signals.stopped_by is null and signals.signal <> 'surroundings'
order by
    message_keys.case_id,
    message_keys.place,
    signals.matched_in,
    signals.match_start,
    signals.match_end,
    signals.signal,
    signals.rule_id
