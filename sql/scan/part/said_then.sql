-- said_then: the signals of the cases that may count otherwise in the rates, as they were before.
-- why: what they counted is taken away before what they count now is added.
-- reads: said_before, said, rate_cases, affected_cases
-- emits: *  one row: as in said
select said_before.*
from said_before
union all
select said.*
from said
inner join rate_cases
    on said.case_id = rate_cases.case_id
left join affected_cases
    on said.case_id = affected_cases.case_id
where affected_cases.case_id is null
