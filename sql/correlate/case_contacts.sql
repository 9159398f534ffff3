-- case_contacts: when the seller first wrote to the buyer of a case, and when it first asked.
-- why: whether a review changed before or after a contact is decided for the case, for its threads
--   tell one story; asks are undismissed findings whose policy asks for, or pays for, a review.
-- reads: message_keys, judged
-- emits: case_id, contacted_at, asked_at, ask_message_id  one row: one case the seller wrote in
with written as (
    select
        message_keys.case_id,
        min(message_keys.sent_at) as contacted_at
    from message_keys
    where message_keys.direction = 'outbound'
    group by message_keys.case_id
),

ranked as (
    select
        judged.case_id,
        judged.message_id,
        judged.sent_at,
        row_number() over (
            partition by judged.case_id
            order by judged.sent_at, judged.place, judged.message_id
        ) as choice
    from judged
    where
        judged.status <> 'dismissed'
        and judged.direction = 'outbound'
        and judged.policy_id in (
            'review-change-request', 'refund-for-review-change', 'positive-review-request',
            'compensated-review', 'customer-account-review'
        )
)

select
    written.case_id,
    written.contacted_at,
    ranked.sent_at as asked_at,
    ranked.message_id as ask_message_id
from written
left join ranked
    on written.case_id = ranked.case_id and ranked.choice = 1
order by written.case_id
