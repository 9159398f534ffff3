-- known_texts: the texts that were looked up by the last scan and still stand.
-- why: what is flagged or queued is read again by every scan, wherever in the years it lies.
-- reads: quoted_texts, touched_messages
-- emits: *  one row: one message, as in quoted_texts
select quoted_texts.*
from quoted_texts
left join touched_messages
    on quoted_texts.message_id = touched_messages.message_id
where touched_messages.message_id is null
