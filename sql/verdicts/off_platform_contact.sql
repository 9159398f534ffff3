-- off_platform_contact: the buyer is moved off the platform, or paid outside it.
-- why: mail, phone, chat app, social media or link; refunds by other payment. Staff among themselves are
--   not buyers, so only what goes to the buyer counts; a payment outside that staff plan counts too.
-- reads: asks
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one asking stretch of one message
select
    asks.message_id,
    'off-platform-contact' as policy_id,
    asks.rule_id,
    case when asks.low_review_at is not null then 'high' else 'medium' end as severity,
    case when asks.strength = 'weak' then 0.7 else 0.9 end as confidence,
    asks.object,
    asks.matched_in,
    asks.match_start,
    asks.match_end,
    asks.obfuscated,
    case
        when
            asks.signal = 'outside_payment'
            then 'pays or offers to pay outside the platform'
        else 'moves the buyer off the platform'
    end as why
from asks
where
    asks.signal in ('contact_moved', 'outside_payment')
    and (asks.direction = 'outbound' or asks.signal = 'outside_payment')
order by asks.message_id, asks.matched_in, asks.match_start, asks.rule_id
