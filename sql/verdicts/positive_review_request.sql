-- positive_review_request: a positive or five-star review or rating is asked for.
-- why: neutral requests only are allowed; naming stars or a direction is enough, no reward needed.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'positive-review-request' as policy_id,
    asks.rule_id,
    case when asks.compensated_at is not null then 'critical' else 'high' end as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'asks for a positive or top rating' as why
from asks
where asks.signal in ('positive_rating_asked', 'high_target')
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
