-- totals_follow_tables: totals that are not the number of rows they count.
-- why: totals are what a reader looks at first.
-- reads: totals, findings, threads, incidents, queue
-- emits: table_name, row_id  one row: one total that does not follow
with counted as (
    select 'findings' as name, count(*) as n from findings
    union all
    select 'threads_violating' as name, count(*) as n from threads
    union all
    select 'incidents' as name, count(*) as n from incidents
    union all
    select 'queue' as name, count(*) as n from queue
)

select
    'totals' as table_name,
    counted.name as row_id
from counted
left join totals
    on counted.name = totals.name
where coalesce(totals.n, 0) <> counted.n
order by row_id
