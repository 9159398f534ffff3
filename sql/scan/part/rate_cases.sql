-- rate_cases: the cases whose threads may count otherwise in the rates than before.
-- why: a thread counts by its own messages and by which of them are findings that stand.
-- reads: affected_cases, judged, before_judged
-- emits: case_id  one row: one case
with live as (
    select
        judged.message_id,
        judged.case_id
    from judged
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
),

live_before as (
    select
        before_judged.message_id,
        before_judged.case_id
    from before_judged
    where before_judged.status <> 'dismissed' and before_judged.direction = 'outbound'
),

moved as (
    (
        select live.* from live
        except
        select live_before.* from live_before
    )
    union all
    (
        select live_before.* from live_before
        except
        select live.* from live
    )
)

select affected_cases.case_id
from affected_cases
union
select moved.case_id
from moved
