-- template_threads: conversations that hold one of the platform's own templates, and how many of them
--   violate.
-- why: a template that mostly led to nothing is hardly read as a licence.
-- reads: said, judged
-- emits: n_threads, n_violating  one row: the archive
with used as (
    select distinct said.case_id
    from said
    where said.signal = 'platform_template' and said.direction = 'outbound'
),

bad as (
    select distinct judged.case_id
    from judged
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
)

select
    count(used.case_id) as n_threads,
    count(bad.case_id) as n_violating
from used
left join bad
    on used.case_id = bad.case_id
