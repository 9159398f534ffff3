-- insider_review: a family member or employee is asked to post, or posts, a review.
-- why: the seller includes all employees and partners; relatives count. Beside a club the people
--   spoken of are its members, unless they are plainly asked as insiders.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
with clubs as (
    select distinct asks.message_id
    from asks
    where asks.signal = 'club_offered'
)

select
    asks.message_id,
    'insider-review' as policy_id,
    asks.rule_id,
    'high' as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    'has staff, relatives or friends post a review' as why
from asks
left join clubs
    on asks.message_id = clubs.message_id
where
    asks.signal = 'insider_asked'
    and (asks.strength = 'sure' or clubs.message_id is null)
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
