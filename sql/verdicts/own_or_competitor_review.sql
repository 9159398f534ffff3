-- own_or_competitor_review: reviews of own or a competitor's product, posing as an unbiased buyer.
-- why: openly or posing makes no difference to the platform; reviews bought by number are posed ones.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'own-or-competitor-review' as policy_id,
    asks.rule_id,
    'high' as severity,
    0.9 as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    case
        when asks.signal = 'competitor_targeted' then 'targets a competitor''s reviews' else
            'has reviews written by people posing as buyers'
    end as why
from asks
where asks.signal in ('posed_as_buyer', 'competitor_targeted')
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
