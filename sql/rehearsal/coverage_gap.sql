-- coverage_gap: months and channels that were not, or not wholly, there to be read.
-- why: "what about March?" is the first question of whoever doubts; an honest gap has an answer.
-- reads: coverage
-- emits: remark, table_name, row_id, detail  one row: one gap
select
    'gap in coverage' as remark,
    'coverage' as table_name,
    concat_ws(
        '|', coalesce(coverage.channel, ''), coalesce(coverage.marketplace, ''), coverage.month
    )
        as row_id,
    coverage.status || ': ' || coalesce(coverage.note, '') as detail
from coverage
where coverage.status <> 'have'
order by row_id
