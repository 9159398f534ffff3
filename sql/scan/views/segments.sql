-- segments: the rows of text_segments under the messages that have the text.
-- why: a text is read once and holds for every message that says it.
-- reads: message_texts, text_segments
-- emits: *  one row: as in sql/schema/segments.sql
select text_segments.* replace (message_texts.message_id as message_id)
from text_segments
inner join message_texts
    on text_segments.message_id = message_texts.text_key
