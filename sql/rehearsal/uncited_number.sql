-- uncited_number: numbers in the seller's own words on a measure that no document is named for.
-- why: every other number comes from a table; this one only from a claim.
-- reads: measures
-- emits: remark, table_name, row_id, detail  one row: one measure
select
    'uncited number' as remark,
    'measures' as table_name,
    measures.measure_id as row_id,
    '"' || concat_ws(': ', measures.title, nullif(measures.detail, ''))
    || '" holds a number, and no document is named' as detail
from measures
where
    coalesce(measures.document, '') = ''
    and regexp_matches(
        lower(concat_ws(' ', measures.title, measures.detail)),
        '[0-9]|\b(two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|hundred)\b'
    )
order by row_id
