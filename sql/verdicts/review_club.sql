-- review_club: a third-party service that gives free or discounted products tied to a review.
-- why: joining, running or inviting to such a club is the violation.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'review-club' as policy_id,
    asks.rule_id,
    'high' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'uses or invites to a review club' as why
from asks
where asks.signal = 'club_offered'
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
