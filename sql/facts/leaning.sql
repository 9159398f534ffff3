-- leaning: asks of the seller side that leave out what they are about, right after it was named.
-- why: "make it five" is about a rating where the buyer has just spoken of one, and about cups
--   elsewhere; "write to us there" is about contact elsewhere where a messenger was named. One of the
--   two messages before must name it; a vote that is forbidden is named as well. To a buyer it is the
--   score, the place to write and what a few lines are worth; among staff who is to vote or to review,
--   who is asked at all, and what is put together; to both, in whose account it is written.
-- reads: said, message_keys, signals
-- emits: message_id, matched_in, match_start, rule_id, signal  one row: one stretch of one message
with named as (
    select distinct
        message_keys.case_id,
        message_keys.place,
        case
            when signals.rule_id = 'surroundings.topic-contact' then 'contact_moved'
            when signals.signal in ('club_offered', 'compensation_tied') then 'club_offered'
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
        or (
            signals.signal in ('club_offered', 'compensation_tied')
            and signals.stopped_by is null
            and message_keys.direction = 'internal'
        )
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
            when 'leaning.joined' then 'variation_merged'
            when 'leaning.joins' then 'club_offered'
            when 'leaning.account' then 'account_used'
            when 'leaning.reward' then 'compensation_tied'
            when 'leaning.happy' then 'happy_only_asked'
            else 'insider_asked'
        end as signal
    from said
    where
        said.signal = 'leaning'
        and (
            (
                said.direction = 'outbound'
                and said.rule_id in ('leaning.five', 'leaning.reward', 'leaning.there')
            )
            or (
                said.direction = 'internal'
                and said.rule_id in (
                    'leaning.happy', 'leaning.insiders', 'leaning.joined', 'leaning.joins',
                    'leaning.press'
                )
            )
            or said.rule_id = 'leaning.account'
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
        when meant.signal in ('club_offered', 'contact_moved') then meant.signal else 'review'
    end
    or (meant.signal = 'vote_asked' and named.topic = 'vote_asked')
order by meant.message_id, meant.matched_in, meant.match_start, meant.rule_id
