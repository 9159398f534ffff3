-- before_and_after_agree: notices whose two tests count differently, or fewer than all violations.
-- why: the same notice is told by threads and by days; both must rest on the same violations.
-- reads: recurrence_tests
-- emits: notice_id, n_counts  one row: one notice told in two ways
select
    recurrence_tests.notice_id,
    count(distinct recurrence_tests.before_violating * 1000000 + recurrence_tests.after_violating)
        as n_counts
from recurrence_tests
group by recurrence_tests.notice_id
having
    count(
        distinct recurrence_tests.before_violating * 1000000 + recurrence_tests.after_violating
    ) <> 1
    or count(*) <> 2
order by recurrence_tests.notice_id
