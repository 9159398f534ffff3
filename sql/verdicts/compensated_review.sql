-- compensated_review: reward, discount, free product or any other compensation in exchange for a review.
-- why: an explicit or implicit expectation is enough. A reward for changing a review that stands is
--   refund-for-review-change instead; a club pays for reviews by its nature; so does an insert that
--   offers a reward. "Write to us before you leave feedback, we make it right" asks for no review.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
with tied as (
    select
        asks.*,
        'offers compensation for a review' as why
    from asks
    where asks.signal in ('compensation_tied', 'club_offered')
),

asked_with_gift as (
    select
        asked.*,
        'asks for a review and offers compensation in the same message' as why
    from asks as asked
    inner join asks as gifts
        on
            asked.message_id = gifts.message_id
            and gifts.signal = 'compensation_offered'
    left join asks as diverted
        on
            asked.message_id = diverted.message_id
            and asked.matched_in = diverted.matched_in
            and diverted.signal = 'diverted'
            and diverted.match_start < asked.match_end
            and diverted.match_end > asked.match_start
    where
        asked.signal = 'positive_rating_asked'
        or (asked.signal = 'review_asked' and diverted.message_id is null)
),

change_messages as (
    select distinct asks.message_id
    from asks
    where asks.signal in ('change_asked', 'removal_asked')
),

candidates as (
    select * from tied
    union all
    select * from asked_with_gift
),

final as (
    select candidates.*
    from candidates
    left join change_messages
        on candidates.message_id = change_messages.message_id
    where change_messages.message_id is null or candidates.signal = 'club_offered'
)

select distinct
    final.message_id,
    'compensated-review' as policy_id,
    final.rule_id,
    case when final.direction = 'internal' then 'high' else 'critical' end as severity,
    case when final.strength = 'weak' then 0.7 else 0.9 end as confidence,
    final.object,
    final.matched_in,
    final.match_start,
    final.match_end,
    final.obfuscated,
    final.why
from final
order by final.message_id, final.matched_in, final.match_start, final.rule_id
