-- quarantine_is_counted: files whose quarantined rows differ from what the sources table says.
-- why: the list a person reads and the number in the accounts must be the same.
-- reads: sources, quarantine
-- emits: source_file, counted, listed  one row: one file that does not add up
with counted as (
    select
        sources.source_file,
        sum(sources.rows_quarantined) as n
    from sources
    group by sources.source_file
),

listed as (
    select
        quarantine.source_file,
        count(*) as n
    from quarantine
    group by quarantine.source_file
)

select
    counted.source_file,
    counted.n as counted,
    coalesce(listed.n, 0) as listed
from counted
left join listed
    on counted.source_file = listed.source_file
where counted.n <> coalesce(listed.n, 0)
order by counted.source_file
