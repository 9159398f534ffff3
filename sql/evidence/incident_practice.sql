-- incident_practice: the policy that an incident's messages broke in most threads, for its title.
-- why: ties go to the policy that weighs more in the platform's own order.
-- reads: message_incidents, judged
-- emits: incident_id, policy_id  one row: one incident
with counted as (
    select
        message_incidents.incident_id,
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
    inner join message_incidents
        on judged.message_id = message_incidents.message_id
    where judged.status <> 'dismissed'
    group by message_incidents.incident_id, judged.policy_id
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
