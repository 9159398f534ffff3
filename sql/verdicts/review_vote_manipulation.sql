-- review_vote_manipulation: helpful, not-helpful or abuse clicks made or asked for.
-- why: votes move reviews up and down as reviews move ratings.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'review-vote-manipulation' as policy_id,
    asks.rule_id,
    'medium' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'asks for or makes votes or abuse reports on reviews' as why
from asks
where asks.signal = 'vote_asked'
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
