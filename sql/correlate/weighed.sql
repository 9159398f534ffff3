-- weighed: the verdicts that stand once the second reader has weighed the whole message.
-- why: a sure match needs only that the message is not read as harmless, a weak one that it is
--   likely to break a rule; where it is likely, the policies are those it reads like and those a
--   rule names and the second reader holds possible. Where the case speaks, a sure ask to change a
--   review needs little, as do contact elsewhere and a benefit offered to a buyer, and an ask that
--   leans on the message before; who settles with a buyer that changed one says hardly anything of it.
--   Where only the conversation makes a message likely, the second reader names no policy and takes
--   none away. What falls here goes to the queue. It reads bodies, so what a subject says stands by
--   itself.
-- reads: verdicts, opinions, opinion_policies
-- emits: message_id, policy_id, rule_id, severity, confidence, object, matched_in, match_start,
--   match_end, obfuscated, why, likely  one row: one stretch of one message for one policy
with standing as (
    select
        verdicts.*,
        coalesce(opinions.score >= opinions.likely_from, false) as likely,
        opinions.score is null or opinion_policies.policy_id is not null as agreed
    from verdicts
    left join opinions
        on
            verdicts.message_id = opinions.message_id
            and verdicts.matched_in = 'body'
    left join opinion_policies
        on
            verdicts.message_id = opinion_policies.message_id
            and verdicts.policy_id = opinion_policies.policy_id
    where
        opinions.score is null
        or opinions.score >= opinions.likely_from
        or (verdicts.confidence >= 0.8 and opinions.score >= opinions.believed_from)
        or (
            verdicts.confidence >= 0.8
            and verdicts.policy_id in ('off-platform-contact', 'compensated-review')
            and opinions.score >= opinions.plain_from
        )
        or (
            verdicts.confidence >= 0.8
            and verdicts.policy_id in ('review-change-request', 'refund-for-review-change')
            and opinions.score >= opinions.told_from
        )
        or (
            (
                verdicts.rule_id in ('change_asked.pronoun', 'removal_asked.pronoun')
                or verdicts.rule_id like 'leaning.%'
            )
            and opinions.score >= opinions.leaning_from
        )
        or (
            verdicts.rule_id like 'deal_closed.%'
            and opinions.own_score >= opinions.settled_from
        )
),

agreed_messages as (
    select distinct standing.message_id
    from standing
    where standing.agreed
),

named_messages as (
    select distinct opinion_policies.message_id
    from opinion_policies
)

select
    standing.message_id,
    standing.policy_id,
    standing.rule_id,
    standing.severity,
    standing.confidence,
    standing.object,
    standing.matched_in,
    standing.match_start,
    standing.match_end,
    standing.obfuscated,
    standing.why,
    standing.likely
from standing
left join agreed_messages
    on standing.message_id = agreed_messages.message_id
left join named_messages
    on standing.message_id = named_messages.message_id
where
    standing.agreed
    or (
        agreed_messages.message_id is null
        and (not standing.likely or named_messages.message_id is null)
    )
order by
    standing.message_id,
    standing.policy_id,
    standing.matched_in,
    standing.match_start,
    standing.rule_id
