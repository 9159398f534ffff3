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
--   or the buyer spoke of changing it, little of the message's own words is needed; nor is much where a
--   rule is sure that contact elsewhere or a benefit is offered to a buyer: it can mean little else. So
--   does a weak ask for "it" where the buyer's message it answers tells of a low review, and whatever
--   leaves out what the message before names.
--   Where nothing names a review, neither the whole conversation nor a low one that is known, they must
--   say the more.
-- reads: surroundings, case_facts, leaning, message_keys, said
-- emits: message_id, score, own_score, sure_from, likely_from, believed_from, plain_from, told_from,
--   leaning_from, settled_from  one row: one message
with leans as (
    select message_keys.message_id
    from message_keys
    inner join said
        on
            message_keys.case_id = said.case_id
            and message_keys.place = said.place + 1
    where
        said.direction = 'inbound'
        and said.signal = 'low_review_reported'
        and message_keys.direction = 'outbound'
    union
    select leaning.message_id
    from leaning
),

scored as (
    select
        surroundings.message_id,
        surroundings.direction = 'internal' as is_internal,
        surroundings.is_answer,
        surroundings.is_opening,
        surroundings.direction = 'outbound' and (
            case_facts.compensated_at is not null
            or coalesce(case_facts.low_review_at <= surroundings.sent_at, false)
            or coalesce(case_facts.removal_reported_at < surroundings.sent_at, false)
            or coalesce(case_facts.buyer_offered_at < surroundings.sent_at, false)
        ) as case_speaks,
        leans.message_id is not null as leans,
        surroundings.own_score,
        case
            when coalesce(case_facts.low_review_at <= surroundings.sent_at, false) then 0
            else surroundings.silent_odds
        end
        + ln(
            greatest(0.0001, least(0.9999, surroundings.own_score))
            / (1 - greatest(0.0001, least(0.9999, surroundings.own_score)))
        ) + surroundings.odds as odds
    from surroundings
    left join case_facts
        on surroundings.case_id = case_facts.case_id
    left join leans
        on surroundings.message_id = leans.message_id
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
        when scored.is_internal then $second_reader_internal else $second_reader_plain
    end as plain_from,
    case
        when scored.case_speaks then $second_reader_told
        when scored.is_internal then $second_reader_internal
        else $second_reader_doubt
    end as told_from,
    case
        when scored.leans then $second_reader_plain
        when scored.is_internal then $second_reader_internal
        else $second_reader_likely
    end as leaning_from,
    $second_reader_settled as settled_from
from scored
order by scored.message_id
