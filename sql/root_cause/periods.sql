-- periods: the whole history, and what lies before and after each notice.
-- why: every number is given before and after; a notice without a stated kind of its own splits
--   nothing, for nobody can say what it announced.
-- reads: notice_facts
-- emits: period, notice_id, from_at, to_at  one row: one stretch of time
select
    'all' as period,
    cast(null as varchar) as notice_id,
    cast($since_at as timestamptz) as from_at,
    cast($until_at as timestamptz) as to_at
union all
select
    'before' as period,
    notice_facts.notice_id,
    cast($since_at as timestamptz) as from_at,
    notice_facts.received_at as to_at
from notice_facts
where notice_facts.class <> 'other'
union all
select
    'after' as period,
    notice_facts.notice_id,
    notice_facts.received_at as from_at,
    cast($until_at as timestamptz) as to_at
from notice_facts
where notice_facts.class <> 'other'
order by from_at, period, notice_id
