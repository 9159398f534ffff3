-- review_diversion: negative experiences steered to the seller, positive ones to the platform.
-- why: asking only happy buyers is the same; a support line beside a neutral request is not.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'review-diversion' as policy_id,
    asks.rule_id,
    'medium' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    case
        when asks.signal = 'happy_only_asked' then 'asks only happy buyers for a review' else
            'steers unhappy buyers away from a review'
    end as why
from asks
where asks.signal in ('diverted', 'happy_only_asked')
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
