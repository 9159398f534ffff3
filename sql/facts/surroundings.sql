-- surroundings: what the messages beside a seller message change in the second reader's opinion of it.
-- why: the same words are an ask under one conversation and service under another. The nearest message of
--   the buyer before it and the nearest of the seller's side before and after it each say something, in log
--   odds. Bounds: of what is surely harmless by itself they make no finding, and service around an ask
--   excuses it but little, unless the message is brief: "change it now" means what the conversation is
--   about. A message that names no review after one that does is about that review more often than its
--   own words tell.
-- reads: signals, message_keys, said
-- emits: message_id, odds  one row: one message the second reader was asked about
with told as (
    select
        message_keys.case_id,
        message_keys.place,
        max(case when signals.rule_id = 'surroundings.following' then signals.score end) as of_next,
        max(case when signals.rule_id = 'surroundings.preceding' then signals.score end) as of_last,
        bool_or(
            signals.rule_id in ('surroundings.brief', 'surroundings.answer')
        ) as is_brief
    from signals
    inner join message_keys
        on signals.message_id = message_keys.message_id
    where signals.signal = 'surroundings'
    group by message_keys.case_id, message_keys.place
),

asked as (
    select distinct said.case_id
    from said
    where said.signal = 'second_reader' and said.seller_side
),

spoken as (
    select
        said.case_id,
        said.place,
        bool_or(said.signal not in ('change_asked', 'removal_asked')) as names_review,
        bool_or(said.signal in ('change_asked', 'removal_asked')) as asks_change
    from said
    where
        said.signal in (
            'review_mentioned', 'review_posted', 'review_asked', 'review_refused',
            'low_review_mentioned', 'low_review_reported', 'removal_reported',
            'change_offered_by_buyer', 'demand_by_buyer', 'positive_rating_asked', 'high_target',
            'vote_asked', 'club_offered', 'change_asked', 'removal_asked'
        )
    group by said.case_id, said.place
),

first_named as (
    select
        spoken.case_id,
        min(spoken.place) as place
    from spoken
    where spoken.names_review
    group by spoken.case_id
),

placed as (
    select
        message_keys.message_id,
        message_keys.case_id,
        message_keys.place,
        message_keys.seller_side,
        max(case when message_keys.direction = 'inbound' then message_keys.place end) over (
            partition by message_keys.case_id
            order by message_keys.place
            rows between unbounded preceding and 1 preceding
        ) as buyer_before,
        max(case when message_keys.seller_side then message_keys.place end) over (
            partition by message_keys.case_id
            order by message_keys.place
            rows between unbounded preceding and 1 preceding
        ) as seller_before,
        min(case when message_keys.seller_side then message_keys.place end) over (
            partition by message_keys.case_id
            order by message_keys.place
            rows between 1 following and unbounded following
        ) as seller_after
    from message_keys
    inner join asked
        on message_keys.case_id = asked.case_id
),

summed as (
    select
        placed.message_id,
        coalesce(buyer.of_next, 0)
        + coalesce(earlier.of_next, 0)
        + coalesce(later.of_last, 0) as odds,
        case when coalesce(own.is_brief, false) then -2 else -0.3 end as least_odds,
        case
            when coalesce(spoken.names_review, false) or first_named.place is null then 0
            when first_named.place > placed.place then 0
            when spoken.asks_change then 1.5
            else 1.0
        end as leaning_odds
    from placed
    left join told as own
        on placed.case_id = own.case_id and placed.place = own.place
    left join told as buyer
        on placed.case_id = buyer.case_id and placed.buyer_before = buyer.place
    left join told as earlier
        on placed.case_id = earlier.case_id and placed.seller_before = earlier.place
    left join told as later
        on placed.case_id = later.case_id and placed.seller_after = later.place
    left join first_named
        on placed.case_id = first_named.case_id
    left join spoken
        on placed.case_id = spoken.case_id and placed.place = spoken.place
    where placed.seller_side
)

select
    summed.message_id,
    least(1.5, greatest(summed.least_odds, summed.odds)) + summed.leaning_odds as odds
from summed
where summed.odds <> 0 or summed.leaning_odds <> 0
order by summed.message_id
