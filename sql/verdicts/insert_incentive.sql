-- insert_incentive: a positive review, or an incentive, asked for in packaging or a box insert.
-- why: a positive request needs no incentive to be forbidden on an insert.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'insert-incentive' as policy_id,
    asks.rule_id,
    'high' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'asks or rewards through an insert in the package' as why
from asks
where asks.signal = 'insert_planned'
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
