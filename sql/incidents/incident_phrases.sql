-- incident_phrases: the families of wording that three or more messages of an incident carry.
-- why: one sentence written once is no cause; one that is sent again and again is a macro, and the
--   message that carried it first is where it came from.
-- reads: phrase_uses, message_incidents
-- emits: incident_id, phrase_id, n_messages, example  one row: one incident and family
select
    message_incidents.incident_id,
    phrase_uses.phrase_id,
    count(distinct phrase_uses.message_id) as n_messages,
    arg_min(phrase_uses.wording, (phrase_uses.sent_at, phrase_uses.message_id)) as example
from phrase_uses
inner join message_incidents
    on phrase_uses.message_id = message_incidents.message_id
group by message_incidents.incident_id, phrase_uses.phrase_id
having count(distinct phrase_uses.message_id) >= 3
order by message_incidents.incident_id, phrase_uses.phrase_id
