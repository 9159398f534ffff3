-- keys_then: the messages of the cases that may count otherwise in the rates, as they were before.
-- why: what they counted is taken away before what they count now is added.
-- reads: keys_before, message_keys, rate_cases, affected_cases
-- emits: *  one row: as in message_keys
select keys_before.*
from keys_before
union all
select message_keys.*
from message_keys
inner join rate_cases
    on message_keys.case_id = rate_cases.case_id
left join affected_cases
    on message_keys.case_id = affected_cases.case_id
where affected_cases.case_id is null
