-- ghost_candidates: asks that survive only in the quotation of a later message, for a person's look.
-- why: the only copy of a violating message may stand below the buyer's answer. Who wrote it, and when,
--   is what the quotation says, so it is no finding by itself; the entry names the quoting message.
-- reads: ghost_signals, flagged
-- emits: message_id, reason, score, matched_in, match_start, match_end  one row: one quoting message
with asked as (
    select
        ghost_signals.message_id,
        ghost_signals.signal,
        ghost_signals.match_start,
        ghost_signals.match_end,
        case when ghost_signals.strength = 'sure' then 0.6 else 0.4 end
        - case when ghost_signals.direction = 'unknown' then 0.05 else 0 end as score
    from ghost_signals
    left join flagged
        on ghost_signals.message_id = flagged.message_id
    where
        flagged.message_id is null
        and ghost_signals.direction <> 'inbound'
        and ghost_signals.signal in (
            'change_asked', 'removal_asked', 'positive_rating_asked', 'compensation_tied',
            'diverted', 'happy_only_asked', 'contact_moved', 'outside_payment',
            'posed_as_buyer', 'competitor_targeted', 'insider_asked', 'club_offered',
            'insert_planned', 'variation_merged', 'vote_asked', 'account_used'
        )
),

ranked as (
    select
        asked.*,
        row_number() over (
            partition by asked.message_id
            order by asked.score desc, asked.match_start, asked.signal
        ) as choice
    from asked
)

select
    ranked.message_id,
    'survives only in a quotation: ' || replace(ranked.signal, '_', ' ') as reason,
    cast(ranked.score as double) as score,
    'body' as matched_in,
    ranked.match_start,
    ranked.match_end
from ranked
where ranked.choice = 1
order by ranked.message_id
