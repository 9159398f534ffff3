-- leaning: asks of the seller side that leave out what they are about, right after it was named.
-- why: "make it five" is about a rating where the buyer has just spoken of one, and about cups
--   elsewhere; "write to us there" is about contact elsewhere where a messenger was named. One of the
--   two messages before must name it; a vote that is forbidden is named as well. To a buyer it is the
--   score and the place to write, among staff who is to vote or to review.
-- reads: said, message_keys, signals
-- emits: message_id, matched_in, match_start, rule_id, signal  one row: one stretch of one message
with named as (
    select distinct
        message_keys.case_id,
        message_keys.place,
        case
            when signals.rule_id = 'surroundings.topic-contact' then 'contact_moved'
            when signals.signal = 'vote_asked' then 'vote_asked'
            else 'review'
        end as topic
    from signals
    inner join message_keys
        on signals.message_id = message_keys.message_id
    where
        signals.rule_id in (
            'surroundings.topic-contact', 'surroundings.topic-review', 'surroundings.topic-rating'
        )
        or signals.signal in ('vote_asked', 'low_review_reported', 'review_posted')
),

meant as (
    select
        said.message_id,
        said.case_id,
        said.place,
        said.matched_in,
        said.match_start,
        said.rule_id,
        case said.rule_id
            when 'leaning.five' then 'positive_rating_asked'
            when 'leaning.there' then 'contact_moved'
            when 'leaning.press' then 'vote_asked'
            else 'insider_asked'
        end as signal
    from said
    where
        said.signal = 'leaning'
        and (
            (said.direction = 'outbound' and said.rule_id in ('leaning.five', 'leaning.there'))
            or (
                said.direction = 'internal'
                and said.rule_id in ('leaning.press', 'leaning.insiders')
            )
        )
)

select distinct
    meant.message_id,
    meant.matched_in,
    meant.match_start,
    meant.rule_id,
    meant.signal
from meant
inner join named
    on
        meant.case_id = named.case_id
        and named.place between meant.place - 2 and meant.place - 1
where
    named.topic = case
        when meant.signal in ('contact_moved', 'vote_asked') then meant.signal else 'review'
    end
order by meant.message_id, meant.matched_in, meant.match_start, meant.rule_id
