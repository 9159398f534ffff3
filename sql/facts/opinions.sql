-- opinions: how likely the second reader holds each seller message it was asked about to break a rule,
--   and from which score on it is believed.
-- why: rules quote what was said; the second reader weighs the whole message. It was asked only where
--   the grammar found something or a concept stands, so no row means no opinion. An answer to a
--   buyer says what it means, a message without a conversation may be anything, and staff speak of
--   asks they do not make, most of all where one opens a conversation that others go on with: an idea
--   or a question, and what becomes of it they say. The bounds differ, as measured on texts by authors
--   left out of its training.
--   What stands beside a message in its conversation makes it likelier or less likely. A sure ask to
--   change a review means what the case says it means: where a low review is known, money was given
--   or the buyer spoke of changing it, little of the message's own words is needed.
-- reads: said, message_keys, surroundings, case_facts
-- emits: message_id, score, own_score, sure_from, likely_from, believed_from, told_from
--   one row: one message
with places as (
    select
        message_keys.case_id,
        min(message_keys.place) as opened,
        min(message_keys.place) filter (where message_keys.direction = 'inbound') as first_heard,
        max(message_keys.place) filter (where message_keys.direction = 'internal') as last_internal
    from message_keys
    group by message_keys.case_id
),

scored as (
    select
        said.message_id,
        said.direction = 'internal' as is_internal,
        coalesce(places.first_heard < said.place, false) as is_answer,
        coalesce(
            places.opened = said.place and places.last_internal > said.place, false
        ) as is_opening,
        said.direction = 'outbound' and bool_or(
            case_facts.compensated_at is not null
            or coalesce(case_facts.low_review_at <= said.sent_at, false)
            or coalesce(case_facts.removal_reported_at < said.sent_at, false)
            or coalesce(case_facts.buyer_offered_at < said.sent_at, false)
        ) as case_speaks,
        max(said.score) as own_score,
        ln(
            greatest(0.0001, least(0.9999, max(said.score)))
            / (1 - greatest(0.0001, least(0.9999, max(said.score))))
        ) + coalesce(max(surroundings.odds), 0) as odds
    from said
    inner join places
        on said.case_id = places.case_id
    left join surroundings
        on said.message_id = surroundings.message_id
    left join case_facts
        on said.case_id = case_facts.case_id
    where said.signal = 'second_reader' and said.seller_side
    group by
        said.message_id,
        said.direction,
        said.place,
        places.opened,
        places.first_heard,
        places.last_internal
)

select
    scored.message_id,
    round(1 / (1 + exp(-scored.odds)), 4) as score,
    scored.own_score,
    case
        when scored.is_internal and scored.is_opening then $second_reader_sure_opening
        when scored.is_internal then $second_reader_sure_internal
        when scored.is_answer then $second_reader_sure_answer
        else $second_reader_sure_alone
    end as sure_from,
    case
        when scored.is_internal then $second_reader_internal else $second_reader_likely
    end as likely_from,
    case
        when scored.is_internal then $second_reader_internal else $second_reader_doubt
    end as believed_from,
    case
        when scored.case_speaks then $second_reader_told
        when scored.is_internal then $second_reader_internal
        else $second_reader_doubt
    end as told_from
from scored
order by scored.message_id
