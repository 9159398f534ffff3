-- signals: the rows of text_signals under the messages that have the text.
-- why: a text is read once and holds for every message that says it.
-- reads: message_texts, text_signals
-- emits: *  one row: as in sql/schema/signals.sql
select text_signals.* replace (message_texts.message_id as message_id)
from text_signals
inner join message_texts
    on text_signals.message_id = message_texts.text_key
