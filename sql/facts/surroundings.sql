-- surroundings: the seller messages the second reader was asked about, each with its own opinion, where it
--   stands in its case, and what the messages beside it change in that opinion.
-- why: the same words are an ask under one conversation and service under another. The nearest message of
--   the buyer before it and the nearest of the seller's side before and after it each say something, in log
--   odds. Bounds: of what is surely harmless by itself they make no finding, and service around an ask
--   excuses it but little, unless the message is brief: "change it now" means what the conversation is
--   about. A message that names no review after one that does is about that review more often than its
--   own words tell. Neighbours are found by windows: the archive joined with itself does not fit
--   under a memory limit.
-- reads: signals, message_keys
-- emits: message_id, case_id, sent_at, direction, own_score, is_answer, is_opening, odds
--   one row: one message the second reader was asked about
with told as (
    select
        signals.message_id,
        max(case when signals.rule_id = 'surroundings.following' then signals.score end) as of_next,
        max(case when signals.rule_id = 'surroundings.preceding' then signals.score end) as of_last,
        bool_or(
            signals.rule_id in ('surroundings.brief', 'surroundings.answer')
        ) as is_brief,
        bool_or(
            signals.signal not in ('surroundings', 'second_reader', 'change_asked', 'removal_asked')
        ) as names_review,
        bool_or(signals.signal in ('change_asked', 'removal_asked')) as asks_change,
        bool_or(signals.signal = 'second_reader') as is_judged,
        max(case when signals.signal = 'second_reader' then signals.score end) as own_score
    from signals
    where
        signals.signal = 'surroundings'
        or (
            signals.stopped_by is null
            and signals.signal in (
                'second_reader', 'review_mentioned', 'review_posted', 'review_asked',
                'review_refused', 'low_review_mentioned', 'low_review_reported',
                'removal_reported', 'change_offered_by_buyer', 'demand_by_buyer',
                'positive_rating_asked', 'high_target', 'vote_asked', 'club_offered',
                'change_asked', 'removal_asked'
            )
        )
    group by signals.message_id
),

placed as (
    select
        message_keys.message_id,
        message_keys.case_id,
        message_keys.sent_at,
        message_keys.place,
        message_keys.direction,
        message_keys.direction = 'inbound' as from_buyer,
        message_keys.seller_side,
        coalesce(told.of_next, 0) as of_next,
        coalesce(told.of_last, 0) as of_last,
        coalesce(told.is_brief, false) as is_brief,
        coalesce(told.names_review, false) as names_review,
        coalesce(told.asks_change, false) as asks_change,
        message_keys.seller_side and coalesce(told.is_judged, false) as is_judged,
        told.own_score
    from message_keys
    left join told
        on message_keys.message_id = told.message_id
),

beside as (
    select
        placed.message_id,
        placed.case_id,
        placed.sent_at,
        placed.place,
        placed.direction,
        placed.is_brief,
        placed.names_review,
        placed.asks_change,
        placed.is_judged,
        placed.own_score,
        last_value(case when placed.from_buyer then placed.of_next end ignore nulls) over (
            partition by placed.case_id
            order by placed.place
            rows between unbounded preceding and 1 preceding
        ) as of_buyer,
        last_value(case when placed.seller_side then placed.of_next end ignore nulls) over (
            partition by placed.case_id
            order by placed.place
            rows between unbounded preceding and 1 preceding
        ) as of_earlier,
        first_value(case when placed.seller_side then placed.of_last end ignore nulls) over (
            partition by placed.case_id
            order by placed.place
            rows between 1 following and unbounded following
        ) as of_later,
        bool_or(placed.names_review) over (
            partition by placed.case_id
            order by placed.place
            rows between unbounded preceding and 1 preceding
        ) as named_before,
        bool_or(placed.from_buyer) over (
            partition by placed.case_id
            order by placed.place
            rows between unbounded preceding and 1 preceding
        ) as heard_before,
        bool_or(placed.direction = 'internal') over (
            partition by placed.case_id
            order by placed.place
            rows between 1 following and unbounded following
        ) as discussed_after
    from placed
),

summed as (
    select
        beside.message_id,
        beside.case_id,
        beside.sent_at,
        beside.direction,
        beside.own_score,
        coalesce(beside.heard_before, false) as is_answer,
        beside.place = 1 and coalesce(beside.discussed_after, false) as is_opening,
        coalesce(beside.of_buyer, 0)
        + coalesce(beside.of_earlier, 0)
        + coalesce(beside.of_later, 0) as odds,
        case when beside.is_brief then -2 else -0.3 end as least_odds,
        case
            when beside.names_review or not coalesce(beside.named_before, false) then 0
            when beside.asks_change then 1.5
            else 1.0
        end as leaning_odds
    from beside
    where beside.is_judged
)

select
    summed.message_id,
    summed.case_id,
    summed.sent_at,
    summed.direction,
    summed.own_score,
    summed.is_answer,
    summed.is_opening,
    least(1.5, greatest(summed.least_odds, summed.odds)) + summed.leaning_odds as odds
from summed
order by summed.message_id
