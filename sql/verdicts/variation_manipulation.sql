-- variation_manipulation: variations created between unrelated products to pool ratings.
-- why: catalogue abuse for the sake of ratings; splitting a wrong family is its repair.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'variation-manipulation' as policy_id,
    asks.rule_id,
    'high' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'joins unrelated products to pool ratings' as why
from asks
where asks.signal = 'variation_merged'
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
