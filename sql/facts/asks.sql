-- asks: what the seller side asked or planned, with the facts of its case beside it.
-- why: the left side of every verdict: sure signals of the seller side that some verdict names (the
--   others are many, and count by what they make of the case), without the platform's own
--   templates and without ideas that staff turned down within the next three messages. A weak or
--   oblique ask counts only where the case speaks for it: a known low review, a review the buyer
--   spoke of, or the buyer's own offer to change it; a hint counts after money or a replacement
--   too, and so do three in one message. It does not count once the buyer has changed the review,
--   nor beside words that leave the buyer free. What leans on a message is the ask that it makes of it.
-- reads: said, asks_withdrawn, case_facts, leaning, platform_profiles
-- emits: message_id, thread_id, case_id, sent_at, place, direction, signal, rule_id, matched_in,
--   match_start, match_end, sentence_no, object, polarity, conditional, obfuscated, strength, compensated_at,
--   refunded_at, gift_at, replacement_at, low_review_at, buyer_offered_at, removal_reported_at,
--   unpaid_ask_allowed  one row: one signal of the seller side that may decide
with spoken as (
    select
        said.message_id,
        said.thread_id,
        said.case_id,
        said.sent_at,
        said.place,
        said.direction,
        said.marketplace,
        coalesce(leaning.signal, said.signal) as signal,
        said.rule_id,
        said.matched_in,
        said.match_start,
        said.match_end,
        said.sentence_no,
        said.object,
        said.polarity,
        said.conditional,
        said.obfuscated,
        said.strength
    from said
    left join leaning
        on
            said.message_id = leaning.message_id
            and said.matched_in = leaning.matched_in
            and said.match_start = leaning.match_start
            and said.rule_id = leaning.rule_id
    where said.seller_side
),

named as (
    select
        spoken.*,
        spoken.strength = 'sure'
        or spoken.rule_id like 'leaning.%'
        or (
            spoken.direction = 'internal'
            and spoken.signal in (
                'insider_asked', 'posed_as_buyer', 'club_offered', 'insert_planned',
                'account_used', 'compensation_tied', 'vote_asked', 'variation_merged',
                'happy_only_asked'
            )
        ) as stands_alone
    from spoken
    where
        spoken.signal in (
            'account_used', 'change_asked', 'club_offered', 'compensation_offered',
            'compensation_tied', 'competitor_targeted', 'contact_moved', 'deal_closed', 'diverted',
            'happy_only_asked', 'high_target', 'hinted', 'insert_planned', 'insider_asked',
            'nudged', 'outside_payment', 'posed_as_buyer', 'positive_rating_asked',
            'removal_asked', 'review_asked', 'variation_merged', 'vote_asked'
        )
),

insistent as (
    select said.message_id
    from said
    where said.signal in ('hinted', 'nudged') and said.direction = 'outbound'
    group by said.message_id
    having count(distinct said.match_start) >= 3
),

set_free as (
    select distinct said.message_id
    from said
    where said.signal in ('no_strings', 'neutral_request')
),

final as (
    select
        named.message_id,
        named.thread_id,
        named.case_id,
        named.sent_at,
        named.place,
        named.direction,
        case
            when named.signal in ('hinted', 'nudged') then 'change_asked' else named.signal
        end as signal,
        named.rule_id,
        named.matched_in,
        named.match_start,
        named.match_end,
        named.sentence_no,
        named.object,
        named.polarity,
        named.conditional,
        named.obfuscated,
        named.strength,
        case_facts.compensated_at,
        case_facts.refunded_at,
        case_facts.gift_at,
        case_facts.replacement_at,
        case_facts.low_review_at,
        case_facts.buyer_offered_at,
        case_facts.removal_reported_at,
        coalesce(platform_profiles.unpaid_ask_allowed, false) as unpaid_ask_allowed
    from named
    inner join case_facts
        on named.case_id = case_facts.case_id
    left join platform_profiles
        on split_part(lower(named.marketplace), '-', 1) = platform_profiles.platform
    left join asks_withdrawn
        on named.message_id = asks_withdrawn.message_id
    left join set_free
        on named.message_id = set_free.message_id
    left join insistent
        on named.message_id = insistent.message_id
    where
        asks_withdrawn.message_id is null
        and (
            named.stands_alone
            or (
                named.signal in ('change_asked', 'removal_asked', 'hinted', 'nudged')
                and set_free.message_id is null
                and coalesce(case_facts.removal_reported_at > named.sent_at, true)
                and (
                    case_facts.low_review_at <= named.sent_at
                    or case_facts.buyer_offered_at <= named.sent_at
                    or case_facts.review_named_at <= named.sent_at
                    or insistent.message_id is not null
                    or (
                        named.signal = 'hinted'
                        and named.direction = 'outbound'
                        and coalesce(
                            case_facts.compensated_at, case_facts.replacement_at
                        ) is not null
                    )
                )
            )
        )
)

select final.*
from final
order by
    final.case_id,
    final.place,
    final.matched_in,
    final.match_start,
    final.signal,
    final.rule_id
