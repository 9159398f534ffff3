-- queued_answers: short replies that may say yes to a breach, for a person's look.
-- why: the message they answer reads like breaking a rule in the seller's mouth; alone that is no proof.
-- reads: answers, flagged
-- emits: message_id, reason, score, matched_in, match_start, match_end  one row: one reply
select
    answers.message_id,
    'a short answer to a message that would break a rule from the seller' as reason,
    least(0.9, 0.4 + 0.1 * answers.odds) as score,
    answers.matched_in,
    answers.match_start,
    answers.match_end
from answers
left join flagged
    on answers.message_id = flagged.message_id
where flagged.message_id is null
order by answers.message_id
