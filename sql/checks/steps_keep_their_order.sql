-- steps_keep_their_order: steps whose place, time and status contradict each other, and threads
--   without all six.
-- why: the case grammar is read as a story; a step out of order would tell another one.
-- reads: thread_steps, violating_threads
-- emits: thread_id, step, fault  one row: one step that is wrong or missing
with ordered as (
    select
        thread_steps.thread_id,
        thread_steps.step,
        thread_steps.step_at,
        lag(thread_steps.step_at) over (
            partition by thread_steps.thread_id
            order by thread_steps.order_no
        ) as before_at
    from thread_steps
    where thread_steps.order_no is not null
),

counted as (
    select
        violating_threads.thread_id,
        count(thread_steps.step) as n
    from violating_threads
    left join thread_steps
        on violating_threads.thread_id = thread_steps.thread_id and thread_steps.step_no > 0
    group by violating_threads.thread_id
),

final as (
    select
        ordered.thread_id,
        ordered.step,
        'earlier than the step before it' as fault
    from ordered
    where ordered.before_at > ordered.step_at
    union all
    select
        thread_steps.thread_id,
        thread_steps.step,
        'status and time contradict each other' as fault
    from thread_steps
    where (thread_steps.status = 'found') <> (thread_steps.step_at is not null)
    union all
    select
        counted.thread_id,
        '' as step,
        'not six steps' as fault
    from counted
    where counted.n <> 6
)

select
    final.thread_id,
    final.step,
    final.fault
from final
order by final.thread_id, final.step, final.fault
