-- review_change_request: a reviewer is asked to change or remove a review, rating or negative feedback.
-- why: compensation is optional. Seller feedback is held to a milder rule: an unpaid, unpressed notice
--   is allowed and is no signal; an ask is a finding of low severity. Five stars asked of a buyer
--   with a known low review is a request to change it. Where the platform formally supports
--   revision requests an unpaid ask is no violation. A settlement after a reported removal shows
--   that there was an ask.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
with change_asks as (
    select
        asks.*,
        asks.signal = 'positive_rating_asked' as asks_five
    from asks
    where
        asks.signal in ('change_asked', 'removal_asked')
        or (asks.signal = 'positive_rating_asked' and asks.low_review_at <= asks.sent_at)
        or (
            asks.signal = 'account_used'
            and asks.direction = 'outbound'
            and asks.rule_id <> 'leaning.account'
        )
        or (
            asks.signal = 'deal_closed'
            and least(asks.removal_reported_at, asks.buyer_offered_at) < asks.sent_at
        )
),

final as (
    select
        change_asks.message_id,
        change_asks.rule_id,
        case
            when change_asks.compensated_at is not null then 'critical'
            when change_asks.object = 'seller_feedback' then 'low'
            else 'high'
        end as severity,
        case
            when change_asks.strength = 'weak' then 0.6
            when change_asks.asks_five then 0.8
            when change_asks.object = 'unclear' then 0.8
            else 0.95
        end as confidence,
        change_asks.object,
        change_asks.matched_in,
        change_asks.match_start,
        change_asks.match_end,
        change_asks.obfuscated,
        case
            when change_asks.asks_five
                then 'asks for a top rating although a low review of this buyer is known'
            when change_asks.signal = 'account_used'
                then 'offers to change the review through the account of the buyer'
            when change_asks.signal = 'deal_closed'
                then 'settles with a buyer who changed the review or offered to'
            when change_asks.signal = 'removal_asked' then 'asks for a review to be removed'
            else 'asks for a review to be changed'
        end as why
    from change_asks
    where not change_asks.unpaid_ask_allowed or change_asks.compensated_at is not null
)

select
    final.message_id,
    'review-change-request' as policy_id,
    final.rule_id,
    final.severity,
    final.confidence,
    final.object,
    final.matched_in,
    final.match_start,
    final.match_end,
    final.obfuscated,
    final.why
from final
order by final.message_id, final.matched_in, final.match_start, final.rule_id
