-- explained_verdicts: what the rules concluded from the conversation, and what became of it.
-- why: a verdict that was held back must say so, and by what.
-- reads: verdicts, weighed, opinions
-- emits: policy_id, rule_id, confidence, why, stands, score, wanted  one row: one verdict
select
    verdicts.policy_id,
    verdicts.rule_id,
    verdicts.confidence,
    verdicts.why,
    weighed.message_id is not null as stands,
    case
        when verdicts.rule_id like 'deal_closed.%' then opinions.own_score else opinions.score
    end as score,
    case
        when verdicts.rule_id like 'deal_closed.%' then opinions.settled_from
        when
            verdicts.confidence >= 0.8
            and verdicts.policy_id in ('review-change-request', 'refund-for-review-change')
            then least(opinions.believed_from, opinions.told_from)
        when
            verdicts.confidence >= 0.8
            and verdicts.policy_id in ('off-platform-contact', 'compensated-review')
            then least(opinions.believed_from, opinions.plain_from)
        when verdicts.confidence >= 0.8 then opinions.believed_from
        when
            verdicts.rule_id in ('change_asked.pronoun', 'removal_asked.pronoun')
            or verdicts.rule_id like 'leaning.%'
            then opinions.leaning_from
        else opinions.likely_from
    end as wanted
from verdicts
left join weighed
    on
        verdicts.message_id = weighed.message_id
        and verdicts.policy_id = weighed.policy_id
        and verdicts.rule_id = weighed.rule_id
        and verdicts.matched_in = weighed.matched_in
        and verdicts.match_start = weighed.match_start
left join opinions
    on verdicts.message_id = opinions.message_id
where verdicts.message_id = $message
order by verdicts.policy_id, verdicts.rule_id, verdicts.match_start
