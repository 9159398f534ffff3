-- phrase_lineage: families of near-duplicate wording, who used which variant first, and whose
--   earlier message carried the nearest wording.
-- why: a macro has a first message; the people who took it over came later. taken_from is the latest
--   earlier message with the same wording, else with the nearest earlier one (the person's own, if
--   they had used it): it could have been copied from there, and nothing here says that it was. The
--   first message may be one that is not flagged: a draft in the staff chat, or where it was allowed.
-- reads: phrase_uses, phrase_adoptions, phrase_sources, message_keys
-- emits: phrase_id, variant_id, first_at, operator, first_message_id, role, parent_variant_id,
--   similarity, taken_from_message_id, taken_from_operator, days_after_source, n_messages,
--   n_buyers, channels, wording, family_first_at, family_messages, reading, limits, n_flagged,
--   family_flagged  one row: one variant and the person who used it
with families as (
    select
        phrase_uses.phrase_id,
        min(phrase_uses.sent_at) as first_at,
        arg_min(phrase_uses.message_id, (phrase_uses.sent_at, phrase_uses.message_id))
            as first_message_id,
        arg_min(
            phrase_uses.variant_id,
            (phrase_uses.sent_at, phrase_uses.message_id, phrase_uses.variant_id)
        ) as first_variant_id,
        count(distinct phrase_uses.message_id) as n_messages,
        count(distinct phrase_uses.message_id) filter (where phrase_uses.is_flagged) as n_flagged
    from phrase_uses
    group by phrase_uses.phrase_id
),

copied_from as (
    select distinct phrase_sources.message_id
    from phrase_sources
),

sources as (
    select
        message_keys.message_id,
        message_keys.operator,
        message_keys.sent_at
    from message_keys
    inner join copied_from
        on message_keys.message_id = copied_from.message_id
),

final as (
    select
        phrase_adoptions.*,
        families.first_at as family_first_at,
        families.n_messages as family_messages,
        families.n_flagged as family_flagged,
        phrase_sources.message_id as source_message_id,
        sources.operator as source_operator,
        (epoch(phrase_adoptions.first_at) - epoch(sources.sent_at)) / 86400.0
            as days_after_source,
        case
            when
                phrase_adoptions.first_message_id = families.first_message_id
                and phrase_adoptions.variant_id = families.first_variant_id
                then 'first'
            when phrase_sources.message_id is null then 'apart'
            when coalesce(sources.operator, '') = phrase_adoptions.writer then 'reworded'
            else 'taken over'
        end as role
    from phrase_adoptions
    inner join families
        on phrase_adoptions.phrase_id = families.phrase_id
    left join phrase_sources
        on
            phrase_adoptions.variant_id = phrase_sources.variant_id
            and phrase_adoptions.writer = phrase_sources.writer
    left join sources
        on phrase_sources.message_id = sources.message_id
)

select
    final.phrase_id,
    final.variant_id,
    final.first_at,
    nullif(final.writer, '') as operator,
    final.first_message_id,
    final.role,
    final.parent_id as parent_variant_id,
    final.similarity,
    final.source_message_id as taken_from_message_id,
    final.source_operator as taken_from_operator,
    round(final.days_after_source, 2) as days_after_source,
    final.n_messages,
    final.n_buyers,
    final.channels,
    final.wording,
    final.family_first_at,
    final.family_messages,
    case final.role
        when 'first' then 'the earliest message in the archive that carries this wording'
        when 'reworded' then 'a variant by a person who had used the wording before'
        when 'apart' then 'no earlier message of the archive carries it or its nearest variant'
        else 'seen earlier from somebody else; it may have been copied'
    end
    || case
        when final.n_flagged = 0
            then '; not flagged: a draft, a warning against it, or allowed where it stands'
        when not final.first_is_flagged then '; not flagged the first time'
        else ''
    end as reading,
    'followed in sentences of the seller side that say such a thing, flagged or not;'
    || ' n is messages of this variant and person' as limits,
    final.n_flagged,
    final.family_flagged
from final
order by final.first_at, final.phrase_id, final.variant_id, final.writer
