-- asks_withdrawn: seller messages whose asks do not count: the platform's own templates, teaching,
--   ideas that staff turned down within the next three messages, answered with a no, or let go, the
--   way to a review that the buyer asked the seller to change or to take down, and the words of a
--   forged, reported or taught message that somebody has just asked for.
-- why: an idea turned down in the same conversation, a training, an appeal: not a violation. Who only
--   sounds like that in the message itself ("don't tell compliance") is believed less than a second
--   reader that is sure of the message; what others answer is always believed. A buyer who speaks of
--   an own review, or bargains, is not somebody who needs a forger's words.
-- reads: said, opinions
-- emits: message_id, reason  one row: one message, with why in words
with meant as (
    select opinions.message_id
    from opinions
    where opinions.score >= opinions.sure_from
),

declines as (
    select distinct
        said.case_id,
        said.place
    from said
    where said.signal in ('idea_declined', 'teaching') and said.direction = 'internal'
),

turned_down as (
    select said.message_id
    from said
    inner join declines
        on
            said.case_id = declines.case_id
            and declines.place between said.place and said.place + 3
    left join meant
        on said.message_id = meant.message_id
    where
        said.direction = 'internal'
        and (declines.place > said.place or meant.message_id is null)
),

answers as (
    select distinct
        said.case_id,
        said.place
    from said
    where said.signal = 'answered_no' and said.direction = 'internal'
),

answered_no as (
    select said.message_id
    from said
    inner join answers
        on said.case_id = answers.case_id and said.place + 1 = answers.place
    where said.signal = 'idea_floated' and said.direction = 'internal'
),

let_go as (
    select distinct
        said.case_id,
        said.place
    from said
    where said.signal = 'idea_dropped' and said.direction = 'internal'
),

dropped as (
    select said.message_id
    from said
    inner join let_go
        on
            said.case_id = let_go.case_id
            and let_go.place between said.place + 1 and said.place + 2
    where said.signal = 'idea_floated' and said.direction = 'internal'
),

wishes as (
    select
        said.case_id,
        said.place
    from said
    where said.direction = 'inbound'
    group by said.case_id, said.place
    having
        bool_or(said.signal in ('removal_asked', 'change_asked') and not said.conditional)
        and not bool_or(said.signal in ('change_offered_by_buyer', 'demand_by_buyer'))
),

told_the_way as (
    select said.message_id
    from said
    inner join wishes
        on said.case_id = wishes.case_id and said.place = wishes.place + 1
    where said.direction = 'outbound'
    group by said.message_id
    having
        bool_or(said.rule_id in ('change_asked.menu', 'removal_asked.menu'))
        and not bool_or(
            said.signal in (
                'account_used', 'compensation_offered', 'compensation_tied', 'refund_offered',
                'contact_moved'
            )
        )
),

requests as (
    select
        said.case_id,
        said.place
    from said
    group by said.case_id, said.place
    having
        bool_or(said.signal = 'wording_asked')
        and not bool_or(
            said.signal in (
                'low_review_reported', 'review_posted', 'change_offered_by_buyer',
                'demand_by_buyer'
            )
        )
),

repeated as (
    select distinct said.message_id
    from said
    inner join requests
        on
            said.case_id = requests.case_id
            and said.place between requests.place + 1 and requests.place + 2
    where said.seller_side
),

final as (
    select
        said.message_id,
        'a template of the platform itself' as reason
    from said
    where said.signal = 'platform_template'
    union all
    select
        said.message_id,
        'the message teaches, forbids or reports' as reason
    from said
    left join meant
        on said.message_id = meant.message_id
    where said.signal = 'teaching' and meant.message_id is null
    union all
    select
        turned_down.message_id,
        'the idea is turned down in the same conversation' as reason
    from turned_down
    union all
    select
        answered_no.message_id,
        'the idea is turned down in the same conversation' as reason
    from answered_no
    union all
    select
        dropped.message_id,
        'the idea is let go in the same conversation' as reason
    from dropped
    union all
    select
        told_the_way.message_id,
        'it tells the way to a review that the buyer wants changed or gone' as reason
    from told_the_way
    union all
    select
        repeated.message_id,
        'it repeats words that somebody has just asked for' as reason
    from repeated
)

select
    final.message_id,
    min(final.reason) as reason
from final
group by final.message_id
order by final.message_id
