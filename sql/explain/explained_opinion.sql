-- explained_opinion: how likely the second reader holds the message to break a rule, by itself and with
--   what stands beside it in the conversation.
-- why: a score that the conversation raised or lowered must say so.
-- reads: opinions
-- emits: score, own_score  one row: the message, none where it was not asked
select
    opinions.score,
    opinions.own_score
from opinions
where opinions.message_id = $message
