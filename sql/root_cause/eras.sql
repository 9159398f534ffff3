-- eras: the stretches of time between one notice and the next, numbered from 0.
-- why: what lies before and after any notice is told from a message's era alone, so a million messages
--   are read once however many notices there are. A message of the very moment of a notice was not
--   written after it. Notices of one moment begin one era; one whose kind says nothing begins none.
-- reads: notice_facts
-- emits: era_no, after_at, until_at  one row: one stretch (after_at, until_at]
with begun as (
    select distinct notice_facts.received_at as after_at
    from notice_facts
    where notice_facts.class <> 'other'
    union
    select timestamptz '0001-01-01 00:00:00+00' as after_at
)

select
    row_number() over (order by begun.after_at) - 1 as era_no,
    begun.after_at,
    coalesce(
        lead(begun.after_at) over (order by begun.after_at), timestamptz '9999-12-31 00:00:00+00'
    ) as until_at
from begun
order by era_no
