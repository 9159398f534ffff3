-- violating_threads: threads with an undismissed finding, and when their first and last one was sent.
-- why: review events are linked to these, and every table about threads starts here.
-- reads: judged
-- emits: thread_id, case_id, first_flagged_at, last_flagged_at, asked_at  one row: one thread
select
    judged.thread_id,
    min(judged.case_id) as case_id,
    min(judged.sent_at) as first_flagged_at,
    max(judged.sent_at) as last_flagged_at,
    min(judged.sent_at) filter (
        where judged.policy_id in (
            'review-change-request', 'refund-for-review-change', 'positive-review-request',
            'compensated-review', 'customer-account-review'
        )
    ) as asked_at
from judged
where judged.status <> 'dismissed'
group by judged.thread_id
order by judged.thread_id
