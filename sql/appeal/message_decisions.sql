-- message_decisions: who looked at a message's findings last, and when.
-- why: a finding that a person has confirmed is worth more than a machine's.
-- reads: judged, decisions
-- emits: message_id, decided_by, decided_at, decision_reason  one row: one message that somebody
--   decided on, where the decision still holds
with latest as (
    select
        decisions.finding_id,
        decisions.decided_by,
        decisions.decided_at,
        row_number() over (
            partition by decisions.finding_id
            order by decisions.row_no desc
        ) as place
    from decisions
)

select
    judged.message_id,
    max(latest.decided_by) as decided_by,
    max(latest.decided_at) as decided_at,
    max(judged.decision_reason) as decision_reason
from judged
inner join latest
    on judged.finding_id = latest.finding_id
where
    latest.place = 1
    and judged.status <> 'open'
group by judged.message_id
order by judged.message_id
