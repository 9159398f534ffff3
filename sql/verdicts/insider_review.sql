-- insider_review: a family member or employee is asked to post, or posts, a review.
-- why: the seller includes all employees and partners; relatives count.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'insider-review' as policy_id,
    asks.rule_id,
    'high' as severity,
    0.9 as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'has staff, relatives or friends post a review' as why
from asks
where asks.signal = 'insider_asked'
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
