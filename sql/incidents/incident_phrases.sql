-- incident_phrases: the families of wording that three or more messages of an incident carry.
-- why: one sentence written once is no cause; one that is sent again and again is a macro, and the
--   message that carried it first is where it came from.
-- reads: wording_uses, wordings, message_incidents
-- emits: incident_id, phrase_id, n_messages, example  one row: one incident and family
select
    message_incidents.incident_id,
    wordings.phrase_id,
    count(distinct wording_uses.message_id) as n_messages,
    arg_min(wording_uses.wording, (wording_uses.sent_at, wording_uses.message_id)) as example
from wording_uses
inner join wordings
    on wording_uses.wording = wordings.wording
inner join message_incidents
    on wording_uses.message_id = message_incidents.message_id
group by message_incidents.incident_id, wordings.phrase_id
having count(distinct wording_uses.message_id) >= 3
order by message_incidents.incident_id, wordings.phrase_id
