-- incident_practice: the policy most threads of an incident broke, for its title.
-- why: ties go to the policy that weighs more in the platform's own order.
-- reads: thread_incidents, judged
-- emits: incident_id, policy_id  one row: one incident
with counted as (
    select
        thread_incidents.incident_id,
        judged.policy_id,
        count(distinct judged.thread_id) as n_threads,
        case judged.policy_id
            when 'customer-account-review' then 1
            when 'refund-for-review-change' then 2
            when 'compensated-review' then 3
            when 'review-change-request' then 4
            when 'positive-review-request' then 5
            when 'review-diversion' then 6
            when 'off-platform-contact' then 8
            else 7
        end as weight
    from judged
    inner join thread_incidents
        on judged.thread_id = thread_incidents.thread_id
    where judged.status <> 'dismissed'
    group by thread_incidents.incident_id, judged.policy_id
),

ranked as (
    select
        counted.*,
        row_number() over (
            partition by counted.incident_id
            order by counted.n_threads desc, counted.weight, counted.policy_id
        ) as choice
    from counted
)

select
    ranked.incident_id,
    ranked.policy_id
from ranked
where ranked.choice = 1
order by ranked.incident_id
