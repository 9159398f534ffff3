-- periods: the whole history, and what lies before and after each notice, in eras and in time.
-- why: every number is given before and after; a notice without a stated kind of its own splits
--   nothing, for nobody can say what it announced.
-- reads: notice_facts, eras
-- emits: period, notice_id, from_at, to_at, from_era, to_era  one row: one stretch of time; to_era is
--   the first era behind it
with notices_with_eras as (
    select
        notice_facts.notice_id,
        notice_facts.received_at,
        eras.era_no
    from notice_facts
    inner join eras
        on notice_facts.received_at = eras.after_at
    where notice_facts.class <> 'other'
),

ends as (
    select max(eras.era_no) + 1 as to_era
    from eras
)

select
    'all' as period,
    cast(null as varchar) as notice_id,
    cast($since_at as timestamptz) as from_at,
    cast($until_at as timestamptz) as to_at,
    0 as from_era,
    ends.to_era
from ends
union all
select
    'before' as period,
    notices_with_eras.notice_id,
    cast($since_at as timestamptz) as from_at,
    notices_with_eras.received_at as to_at,
    0 as from_era,
    notices_with_eras.era_no as to_era
from notices_with_eras
union all
select
    'after' as period,
    notices_with_eras.notice_id,
    notices_with_eras.received_at as from_at,
    cast($until_at as timestamptz) as to_at,
    notices_with_eras.era_no as from_era,
    ends.to_era
from notices_with_eras
cross join ends
order by from_at, period, notice_id
