-- answered: the findings on short replies that say yes to a buyer's message.
-- why: who answers "yes, print them" to the text of a card with a reward has ordered it; the message
--   before the reply says which policy it is.
-- reads: answers, policies
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why  one row: one message and policy
select
    answers.message_id,
    policies.policy_id,
    'answer.' || policies.policy_id as rule_id,
    policies.severity,
    0.6 as confidence,
    'unclear' as object,
    answers.matched_in,
    answers.match_start,
    answers.match_end,
    false as obfuscated,
    'a short answer; the message it answers says what it agrees to' as why
from answers
inner join policies
    on answers.policy_id = policies.policy_id
where answers.sure
order by answers.message_id, policies.policy_id
