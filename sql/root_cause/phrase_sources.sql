-- phrase_sources: for each variant and person the latest earlier message it could have been copied from.
-- why: the same wording of somebody else before, else the nearest earlier wording: the person's own
--   if there is one, else anybody's. Uses and questions stand in one line, sorted once; a wording
--   sent a hundred thousand times is not held against itself. Nobody copies from the same message.
-- reads: phrase_uses, phrase_adoptions
-- emits: variant_id, writer, message_id, source_variant_id  one row: one variant and person
with line as (
    select
        phrase_uses.variant_id as asked_variant_id,
        coalesce(phrase_uses.operator, '') as writer,
        phrase_uses.sent_at,
        phrase_uses.message_id,
        phrase_uses.message_id as used_message_id,
        cast(null as varchar) as for_variant_id,
        1 as place
    from phrase_uses
    union all
    select
        phrase_adoptions.variant_id as asked_variant_id,
        phrase_adoptions.writer,
        phrase_adoptions.first_at as sent_at,
        phrase_adoptions.first_message_id as message_id,
        cast(null as varchar) as used_message_id,
        phrase_adoptions.variant_id as for_variant_id,
        0 as place
    from phrase_adoptions
    union all
    select
        phrase_adoptions.parent_id as asked_variant_id,
        phrase_adoptions.writer,
        phrase_adoptions.first_at as sent_at,
        phrase_adoptions.first_message_id as message_id,
        cast(null as varchar) as used_message_id,
        phrase_adoptions.variant_id as for_variant_id,
        0 as place
    from phrase_adoptions
    where phrase_adoptions.parent_id is not null
),

looked as (
    select
        line.for_variant_id,
        line.asked_variant_id,
        line.writer,
        last_value(line.used_message_id ignore nulls) over (
            partition by line.asked_variant_id
            order by line.sent_at, line.message_id, line.place
            rows between unbounded preceding and current row
        ) as anybodys,
        last_value(line.used_message_id ignore nulls) over (
            partition by line.asked_variant_id, line.writer
            order by line.sent_at, line.message_id, line.place
            rows between unbounded preceding and current row
        ) as own
    from line
),

ranked as (
    select
        looked.for_variant_id as variant_id,
        looked.writer,
        coalesce(looked.own, looked.anybodys) as message_id,
        looked.asked_variant_id as source_variant_id,
        row_number() over (
            partition by looked.for_variant_id, looked.writer
            order by case when looked.asked_variant_id = looked.for_variant_id then 0 else 1 end
        ) as choice
    from looked
    where looked.for_variant_id is not null and looked.anybodys is not null
)

select
    ranked.variant_id,
    ranked.writer,
    ranked.message_id,
    ranked.source_variant_id
from ranked
where ranked.choice = 1
order by ranked.variant_id, ranked.writer
