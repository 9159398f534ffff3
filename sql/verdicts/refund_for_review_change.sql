-- refund_for_review_change: refund or other compensation, and the buyer asked to change or remove a review.
-- why: the order of the two does not matter and they may stand in one message or anywhere in the
--   thread; a plain earlier refund is no violation, the message with the ask is. A free replacement
--   counts when the ask is tied to it. A payment after the buyer reported the removal closes the
--   deal even where no ask survives in the archive.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
with change_asks as (
    select
        asks.*,
        case
            when asks.compensated_at is not null then asks.compensated_at
            when asks.conditional then asks.replacement_at
        end as paid_at
    from asks
    where
        asks.signal in ('change_asked', 'removal_asked')
        or (asks.signal = 'positive_rating_asked' and asks.low_review_at <= asks.sent_at)
),

paid_asks as (
    select
        change_asks.message_id,
        change_asks.rule_id,
        case
            when change_asks.strength = 'weak' then 0.6
            when change_asks.signal = 'positive_rating_asked' then 0.8
            when change_asks.object = 'unclear' then 0.85
            else 0.95
        end as confidence,
        change_asks.object,
        change_asks.matched_in,
        change_asks.match_start,
        change_asks.match_end,
        change_asks.obfuscated,
        case
            when change_asks.signal = 'positive_rating_asked'
                then 'asks for a top rating of a buyer with a known low review, with compensation'
            when change_asks.signal = 'removal_asked'
                then 'asks for a review to be removed, with compensation'
            else 'asks for a review to be changed, with compensation'
        end
        || case
            when change_asks.paid_at < change_asks.sent_at then ' given or offered before'
            when change_asks.paid_at > change_asks.sent_at then ' given or offered after'
            else ' in the same message'
        end as why
    from change_asks
    where change_asks.paid_at is not null
),

closed_deals as (
    select
        asks.message_id,
        asks.rule_id,
        0.8 as confidence,
        'product_review' as object,
        asks.matched_in,
        asks.match_start,
        asks.match_end,
        asks.obfuscated,
        'settles with a buyer who changed the review or offered to' as why
    from asks
    where
        asks.signal = 'deal_closed'
        and least(asks.removal_reported_at, asks.buyer_offered_at) < asks.sent_at
),

final as (
    select * from paid_asks
    union all
    select * from closed_deals
)

select
    final.message_id,
    'refund-for-review-change' as policy_id,
    final.rule_id,
    'critical' as severity,
    final.confidence,
    final.object,
    final.matched_in,
    final.match_start,
    final.match_end,
    final.obfuscated,
    final.why
from final
order by final.message_id, final.matched_in, final.match_start, final.rule_id
