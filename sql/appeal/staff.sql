-- staff: every name under which the seller side wrote.
-- why: an appeal that blames a person fails; staff stand in the pack under pseudonyms too.
-- reads: messages
-- emits: operator  one row: one name
select distinct messages.operator
from messages
where
    messages.operator is not null
    and messages.operator <> ''
order by messages.operator
