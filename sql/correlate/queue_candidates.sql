-- queue_candidates: seller messages without a verdict that are worth a person's look, and why.
-- why: no verdict, but where the missed ones are. The score is the sum of its reasons; the case's low
--   review and money add to a reason and are none by themselves. Whoever asks for a change of something
--   where a low review is known is never taken for harmless.
-- reads: said, message_keys, case_facts, flagged, opinions, queued_answers, ghost_candidates
-- emits: message_id, reason, score, matched_in, match_start, match_end  one row: one message
with templates as (
    select distinct said.message_id
    from said
    where said.signal = 'platform_template'
),

clean as (
    select
        said.*,
        message_keys.direction as said_by,
        coalesce(opinions.score, 0) as opinion,
        coalesce(opinions.score < opinions.believed_from, false) as is_doubted,
        coalesce(opinions.score < 0.12, false) as is_harmless,
        said.signal in ('change_asked', 'removal_asked') as is_change,
        said.signal in (
            'change_asked', 'removal_asked', 'positive_rating_asked', 'compensation_tied',
            'diverted', 'happy_only_asked', 'contact_moved', 'outside_payment',
            'posed_as_buyer', 'competitor_targeted', 'insider_asked', 'club_offered',
            'insert_planned', 'variation_merged', 'vote_asked', 'account_used'
        ) as is_ask
    from said
    inner join message_keys
        on said.message_id = message_keys.message_id
    left join flagged
        on said.message_id = flagged.message_id
    left join opinions
        on said.message_id = opinions.message_id
    left join templates
        on said.message_id = templates.message_id
    where
        said.direction <> 'inbound'
        and flagged.message_id is null
        and templates.message_id is null
),

scored as (
    select
        clean.message_id,
        clean.matched_in,
        clean.match_start,
        clean.match_end,
        clean.signal,
        case
            when clean.is_ask and clean.said_by = 'unknown' then 0.6
            when clean.is_ask and clean.strength = 'sure' and clean.is_doubted then 0.5
            when
                clean.is_harmless
                and not (
                    clean.is_change and coalesce(case_facts.low_review_at <= clean.sent_at, false)
                )
                then 0
            when clean.signal = 'second_reader' then 0.3 + 0.6 * clean.opinion
            when clean.signal = 'nudged' then 0.1
            when clean.signal = 'hinted' then 0.35
            when clean.signal in ('review_mentioned', 'low_review_mentioned') then 0.1
            else 0.4
        end as own_score,
        coalesce(case_facts.low_review_at <= clean.sent_at, false) as low_known,
        coalesce(case_facts.compensated_at <= clean.sent_at, false) as money_given,
        clean.said_by,
        clean.is_doubted and clean.is_ask and clean.strength = 'sure' as is_doubted
    from clean
    inner join case_facts
        on clean.case_id = case_facts.case_id
    where
        clean.signal in (
            'second_reader', 'hinted', 'review_mentioned', 'low_review_mentioned',
            'secrecy_asked', 'proof_asked', 'pressured', 'threatened'
        )
        or (clean.strength = 'weak' and (clean.is_ask or clean.signal = 'nudged'))
        or (clean.is_ask and (clean.said_by = 'unknown' or clean.is_doubted))
),

summed as (
    select
        scored.*,
        scored.own_score
        + case when scored.low_known then 0.2 else 0 end
        + case when scored.money_given then 0.15 else 0 end as score
    from scored
    where scored.own_score > 0
),

ranked as (
    select
        summed.*,
        row_number() over (
            partition by summed.message_id
            order by summed.score desc, summed.matched_in, summed.match_start, summed.signal
        ) as choice
    from summed
)

select
    ranked.message_id,
    replace(ranked.signal, '_', ' ')
    || case when ranked.said_by = 'unknown' then '; direction unknown' else '' end
    || case when ranked.is_doubted then '; the second reader doubts it' else '' end
    || case when ranked.low_known then '; a low review is known' else '' end
    || case when ranked.money_given then '; after a refund or gift' else '' end as reason,
    least(ranked.score, 1.0) as score,
    ranked.matched_in,
    ranked.match_start,
    ranked.match_end
from ranked
where ranked.choice = 1 and ranked.score >= 0.35
union all
select
    queued_answers.message_id,
    queued_answers.reason,
    queued_answers.score,
    queued_answers.matched_in,
    queued_answers.match_start,
    queued_answers.match_end
from queued_answers
where
    queued_answers.message_id
    not in (select ranked.message_id from ranked where ranked.score >= 0.35)
union all
select
    ghost_candidates.message_id,
    ghost_candidates.reason,
    ghost_candidates.score,
    ghost_candidates.matched_in,
    ghost_candidates.match_start,
    ghost_candidates.match_end
from ghost_candidates
where
    ghost_candidates.message_id
    not in (select ranked.message_id from ranked where ranked.score >= 0.35)
    and ghost_candidates.message_id
    not in (select queued_answers.message_id from queued_answers)
order by message_id
