-- unknown_texts: the messages whose texts are wanted and have not been looked up yet.
-- why: only these are looked for among all messages.
-- reads: wanted_texts, known_texts
-- emits: message_id  one row: one message
select wanted_texts.message_id
from wanted_texts
left join known_texts
    on wanted_texts.message_id = known_texts.message_id
where known_texts.message_id is null
