-- phrase_lineage: families of near-duplicate wording, who used which variant first, and whose
--   earlier message carried the nearest wording.
-- why: a macro has a first message; the people who took it over came later. taken_from is the latest
--   earlier message with the same wording, else with the nearest earlier one (the person's own, if
--   they had used it): it could have been copied from there, and nothing here says that it was.
-- reads: wording_uses, wordings
-- emits: phrase_id, variant_id, first_at, operator, first_message_id, role, parent_variant_id,
--   similarity, taken_from_message_id, taken_from_operator, days_after_source, n_messages,
--   n_buyers, channels, wording, family_first_at, family_messages, reading, limits
--   one row: one variant and the person who used it
with uses as (
    select distinct
        wordings.phrase_id,
        wordings.variant_id,
        wordings.parent_id,
        wordings.similarity,
        wording_uses.message_id,
        wording_uses.sent_at,
        coalesce(wording_uses.operator, '') as operator,
        wording_uses.channel,
        wording_uses.buyer_id,
        wording_uses.wording
    from wording_uses
    inner join wordings
        on wording_uses.wording = wordings.wording
),

adopted as (
    select
        uses.phrase_id,
        uses.variant_id,
        uses.operator,
        min(uses.parent_id) as parent_id,
        min(uses.similarity) as similarity,
        min(uses.sent_at) as first_at,
        arg_min(uses.message_id, (uses.sent_at, uses.message_id)) as first_message_id,
        arg_min(uses.wording, (uses.sent_at, uses.message_id)) as wording,
        count(distinct uses.message_id) as n_messages,
        count(distinct nullif(uses.buyer_id, '')) as n_buyers,
        array_to_string(
            list_sort(list_distinct(list(uses.channel) filter (uses.channel is not null))), ';'
        ) as channels
    from uses
    group by uses.phrase_id, uses.variant_id, uses.operator
),

families as (
    select
        uses.phrase_id,
        min(uses.sent_at) as first_at,
        arg_min(uses.message_id, (uses.sent_at, uses.message_id)) as first_message_id,
        arg_min(uses.variant_id, (uses.sent_at, uses.message_id, uses.variant_id))
            as first_variant_id,
        count(distinct uses.message_id) as n_messages
    from uses
    group by uses.phrase_id
),

sources as (
    select
        adopted.variant_id,
        adopted.operator,
        uses.message_id,
        uses.operator as source_operator,
        uses.sent_at,
        row_number() over (
            partition by adopted.variant_id, adopted.operator
            order by
                case when uses.variant_id = adopted.variant_id then 0 else 1 end,
                case when uses.operator = adopted.operator then 0 else 1 end,
                uses.sent_at desc,
                uses.message_id desc
        ) as choice
    from adopted
    inner join uses
        on
            adopted.phrase_id = uses.phrase_id
            and (uses.sent_at, uses.message_id) < (adopted.first_at, adopted.first_message_id)
    where uses.variant_id = adopted.variant_id or uses.variant_id = adopted.parent_id
),

final as (
    select
        adopted.*,
        families.first_at as family_first_at,
        families.n_messages as family_messages,
        sources.message_id as taken_from_message_id,
        sources.source_operator,
        (epoch(adopted.first_at) - epoch(sources.sent_at)) / 86400.0 as days_after_source,
        case
            when
                adopted.first_message_id = families.first_message_id
                and adopted.variant_id = families.first_variant_id
                then 'first'
            when sources.source_operator = adopted.operator then 'reworded'
            when sources.message_id is null then 'apart'
            else 'taken over'
        end as role
    from adopted
    inner join families
        on adopted.phrase_id = families.phrase_id
    left join sources
        on
            adopted.variant_id = sources.variant_id
            and adopted.operator = sources.operator
            and sources.choice = 1
)

select
    final.phrase_id,
    final.variant_id,
    final.first_at,
    nullif(final.operator, '') as operator,
    final.first_message_id,
    final.role,
    final.parent_id as parent_variant_id,
    final.similarity,
    final.taken_from_message_id,
    nullif(final.source_operator, '') as taken_from_operator,
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
    end as reading,
    'only flagged messages are followed; n is messages of this variant and person'
        as limits
from final
order by final.first_at, final.phrase_id, final.variant_id, final.operator
