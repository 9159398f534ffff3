-- wording_kinds: the kinds of signal that undismissed findings rest on.
-- why: a sentence with one of them may be an earlier form of what was flagged. The second reader's are
--   none: it reads whole messages.
-- reads: judged, said
-- emits: signal  one row: one kind of signal
select distinct said.signal
from judged
inner join said
    on judged.message_id = said.message_id and judged.rule_id = said.rule_id
where judged.status <> 'dismissed' and said.signal <> 'second_reader'
order by said.signal
