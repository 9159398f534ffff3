-- taken_offers: the findings on replies that take up an offer of reviews for goods or money.
-- why: who takes up a club's offer joins it; the offer before the reply says what the reply leaves out.
-- reads: offers_taken, asks_withdrawn, policies
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one message and policy
select
    offers_taken.message_id,
    policies.policy_id,
    'offer_taken.' || policies.policy_id as rule_id,
    policies.severity,
    0.7 as confidence,
    'product' as object,
    offers_taken.matched_in,
    offers_taken.match_start,
    offers_taken.match_end,
    false as obfuscated,
    'takes up an offer of reviews for goods or money made earlier in the conversation' as why
from offers_taken
inner join policies
    on policies.policy_id in ('review-club', 'compensated-review')
left join asks_withdrawn
    on offers_taken.message_id = asks_withdrawn.message_id
where asks_withdrawn.message_id is null
order by offers_taken.message_id, policies.policy_id
