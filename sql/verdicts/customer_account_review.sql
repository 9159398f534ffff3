-- customer_account_review: a customer account is used to write or change a review.
-- why: with or without the customers consent.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'customer-account-review' as policy_id,
    asks.rule_id,
    'critical' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'uses a customer account to write or change a review' as why
from asks
where asks.signal = 'account_used'
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
