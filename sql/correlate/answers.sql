-- answers: short replies to a buyer who speaks of what would break a rule in the seller's mouth.
-- why: "twenty to start with" or "yes, print them" says nothing by itself; the message it answers says
--   what it means. The second reader reads that message as if the seller had written it, and the reply
--   by itself. Buyers often say it in two messages. A no, a lesson or a neutral word answers nothing.
--   A question and what is longer than an answer need more. It is for a person to judge: of 11 such
--   replies in unread conversations that nothing else spoke against 2 agreed to a breach.
-- reads: signals, message_keys, said, asks_withdrawn
-- emits: message_id, odds, matched_in, match_start, match_end  one row: one reply
with offers as (
    select
        message_keys.case_id,
        message_keys.place,
        signals.score
    from signals
    inner join message_keys
        on signals.message_id = message_keys.message_id
    where
        signals.signal = 'surroundings'
        and signals.rule_id = 'surroundings.offer'
        and message_keys.direction = 'inbound'
),

last_heard as (
    select
        message_keys.case_id,
        message_keys.place
    from message_keys
    where message_keys.direction = 'inbound'
),

replies as (
    select
        message_keys.message_id,
        message_keys.case_id,
        message_keys.place,
        signals.matched_in,
        signals.match_start,
        signals.match_end,
        signals.score,
        signals.rule_id = 'surroundings.answer' as is_short
    from signals
    inner join message_keys
        on signals.message_id = message_keys.message_id
    inner join last_heard
        on
            message_keys.case_id = last_heard.case_id
            and message_keys.place = last_heard.place + 1
    where
        signals.signal = 'surroundings'
        and signals.rule_id in (
            'surroundings.brief', 'surroundings.short', 'surroundings.answer'
        )
        and signals.match_end - signals.match_start < 128
        and message_keys.seller_side
),

declined as (
    select said.message_id
    from said
    where
        said.signal in (
            'answered_no', 'idea_declined', 'idea_dropped', 'review_refused', 'teaching',
            'neutral_request', 'no_strings'
        )
    union
    select asks_withdrawn.message_id
    from asks_withdrawn
),

weighed as (
    select
        replies.message_id,
        max(ln(
            greatest(0.0001, least(0.9999, offers.score))
            / (1 - greatest(0.0001, least(0.9999, offers.score)))
        )) as offered,
        0.7 * (
            3 + ln(
                greatest(0.0001, least(0.9999, replies.score))
                / (1 - greatest(0.0001, least(0.9999, replies.score)))
            )
        ) as meant,
        replies.matched_in,
        replies.match_start,
        replies.match_end,
        replies.is_short
    from replies
    inner join offers
        on
            replies.case_id = offers.case_id
            and replies.place between offers.place + 1 and offers.place + 2
    left join declined
        on replies.message_id = declined.message_id
    where declined.message_id is null
    group by
        replies.message_id,
        replies.score,
        replies.matched_in,
        replies.match_start,
        replies.match_end,
        replies.is_short
)

select
    weighed.message_id,
    weighed.offered + weighed.meant as odds,
    weighed.matched_in,
    weighed.match_start,
    weighed.match_end
from weighed
where weighed.offered + weighed.meant >= case when weighed.is_short then -1 else 0 end
order by weighed.message_id
