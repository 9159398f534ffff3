-- offers_taken: replies in which the seller side takes up an offer of reviews for goods or money.
-- why: a club or an agency offers products for reviews; "25 of the mugs, start on Monday" accepts, and
--   says nothing by itself. Counted where the reply declines nothing and either accepts in words, and
--   nothing else in it says no, or is not read as harmless.
-- reads: said, opinions
-- emits: message_id, case_id, score, matched_in, match_start, match_end  one row: one reply
with offering as (
    select
        said.case_id,
        said.message_id,
        said.place
    from said
    where said.direction = 'inbound'
    group by said.case_id, said.message_id, said.place
    having
        bool_or(said.signal in ('club_offered', 'compensation_tied', 'posed_as_buyer'))
        or (
            bool_or(said.signal = 'review_asked')
            and bool_or(said.signal in ('refund_offered', 'compensation_offered'))
        )
),

offers as (
    select
        offering.case_id,
        min(offering.place) as place
    from offering
    group by offering.case_id
),

declined as (
    select distinct said.message_id
    from said
    where
        said.signal in (
            'answered_no', 'idea_declined', 'idea_dropped', 'review_refused', 'teaching',
            'neutral_request', 'no_strings'
        )
),

replies as (
    select
        said.message_id,
        said.case_id,
        said.signal,
        said.matched_in,
        said.match_start,
        said.match_end
    from said
    inner join offers
        on said.case_id = offers.case_id and offers.place < said.place
    left join declined
        on said.message_id = declined.message_id
    where said.direction = 'outbound' and declined.message_id is null
),

accepted as (
    select distinct replies.message_id
    from replies
    where replies.signal in ('deal_closed', 'refund_accepted')
),

ranked as (
    select
        replies.*,
        opinions.score,
        row_number() over (
            partition by replies.message_id
            order by replies.matched_in, replies.match_start, replies.match_end, replies.signal
        ) as choice
    from replies
    left join accepted
        on replies.message_id = accepted.message_id
    left join opinions
        on replies.message_id = opinions.message_id
    where
        opinions.score >= 0.3
        or (
            accepted.message_id is not null
            and coalesce(opinions.own_score >= opinions.settled_from, true)
        )
)

select
    ranked.message_id,
    ranked.case_id,
    ranked.score,
    ranked.matched_in,
    ranked.match_start,
    ranked.match_end
from ranked
where ranked.choice = 1
order by ranked.message_id
