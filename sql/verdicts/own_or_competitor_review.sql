-- own_or_competitor_review: reviews of own or a competitor's product, posing as an unbiased buyer.
-- why: openly or posing makes no difference to the platform; reviews bought by number are posed ones.
--   Whoever is asked under his own name is an insider or a member of a club: accounts, numbers and
--   precautions beside them say nothing more.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
with own_names as (
    select
        asks.message_id,
        max(asks.signal = 'club_offered') as of_a_club,
        max(asks.signal = 'insider_asked') as of_the_house
    from asks
    where asks.signal in ('club_offered', 'insider_asked')
    group by asks.message_id
)

select
    asks.message_id,
    'own-or-competitor-review' as policy_id,
    asks.rule_id,
    'high' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
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
left join own_names
    on asks.message_id = own_names.message_id
where
    asks.signal = 'competitor_targeted'
    or (
        asks.signal = 'posed_as_buyer'
        and not coalesce(own_names.of_a_club, false)
        and not (
            coalesce(own_names.of_the_house, false)
            and asks.rule_id in (
                'posed_as_buyer.bought', 'posed_as_buyer.pool', 'posed_as_buyer.spread'
            )
        )
    )
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
