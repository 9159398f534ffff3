-- surroundings: the seller messages the second reader was asked about, each with its own opinion, where it
--   stands in its case, and what the messages beside it change in that opinion.
-- why: the same words are an ask under one conversation and service under another. The nearest message of
--   the buyer before it and the nearest of the seller's side before and after it each say something, in log
--   odds. Bounds: of what is surely harmless by itself they make no finding, and service around an ask
--   excuses it but little, unless the message is brief: "change it now" means what the conversation is
--   about. What the conversation named before, a review, a rating, contact elsewhere, a film or a school, or
--   none of them, changes what the message's own words mean: what it would mean after each, it brings
--   along. One that names the review itself means it whatever was said before, unless that was of
--   reviews of another kind. Where nothing in the whole conversation
--   names any, there is little to say that a short message means one, least of all a reply; of a
--   longer one that is half as true.
--   Neighbours are found by windows: the archive joined with itself does not fit under a memory limit.
-- reads: signals, message_keys
-- emits: message_id, case_id, sent_at, direction, own_score, is_answer, is_opening, odds, silent_odds
--   one row: one message the second reader was asked about
with told as (
    select
        signals.message_id,
        max(case when signals.rule_id = 'surroundings.following' then signals.score end) as of_next,
        max(case when signals.rule_id = 'surroundings.preceding' then signals.score end) as of_last,
        bool_or(
            signals.rule_id in ('surroundings.brief', 'surroundings.short', 'surroundings.answer')
        ) as is_brief,
        bool_or(signals.rule_id in ('surroundings.short', 'surroundings.answer')) as is_short,
        max(
            case signals.rule_id
                when 'surroundings.topic-another' then 4
                when 'surroundings.topic-review' then 3
                when 'surroundings.topic-rating' then 2
                when 'surroundings.topic-contact' then 1
            end
        ) as topic,
        max(
            case when signals.rule_id = 'surroundings.after-another' then signals.score end
        ) as after_another,
        max(
            case when signals.rule_id = 'surroundings.after-review' then signals.score end
        ) as after_review,
        max(
            case when signals.rule_id = 'surroundings.after-rating' then signals.score end
        ) as after_rating,
        max(
            case when signals.rule_id = 'surroundings.after-contact' then signals.score end
        ) as after_contact,
        max(
            case when signals.rule_id = 'surroundings.after-other' then signals.score end
        ) as after_other,
        bool_or(signals.signal = 'second_reader') as is_judged,
        max(case when signals.signal = 'second_reader' then signals.score end) as own_score
    from signals
    where signals.signal in ('surroundings', 'second_reader')
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
        coalesce(told.is_short, false) as is_short,
        coalesce(told.topic, 0) as topic,
        told.after_another,
        told.after_review,
        told.after_rating,
        told.after_contact,
        told.after_other,
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
        placed.is_short,
        placed.is_judged,
        placed.topic as own_topic,
        placed.after_another,
        placed.after_review,
        placed.after_rating,
        placed.after_contact,
        placed.after_other,
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
        max(placed.topic) over (
            partition by placed.case_id
            order by placed.place
            rows between unbounded preceding and 1 preceding
        ) as topic,
        max(case when placed.topic < 4 then placed.topic end) over (
            partition by placed.case_id
        ) as case_topic,
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
        case
            when beside.case_topic > 0 then 0
            when beside.place = 1 then -0.6
            else -1.3
        end * case when beside.is_short then 1 else 0.5 end as silent_odds,
        coalesce(beside.of_buyer, 0)
        + coalesce(beside.of_earlier, 0)
        + coalesce(beside.of_later, 0) as odds,
        case when beside.is_brief then -2 else -0.3 end as least_odds,
        greatest(
            case when beside.own_topic = 3 and coalesce(beside.topic, 0) < 4 then -0.3 else -9 end,
            coalesce(case beside.topic
                when 4 then beside.after_another
                when 3 then beside.after_review
                when 2 then beside.after_rating
                when 1 then beside.after_contact
                when 0 then beside.after_other
            end, 0)
        ) as topic_odds
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
    least(1.5, greatest(summed.least_odds, summed.odds)) + summed.topic_odds as odds,
    summed.silent_odds
from summed
order by summed.message_id
