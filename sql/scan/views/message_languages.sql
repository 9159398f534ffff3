-- message_languages: the rows of text_languages under the messages that have the text.
-- why: a text is read once and holds for every message that says it.
-- reads: message_texts, text_languages
-- emits: *  one row: as in sql/schema/message_languages.sql
select text_languages.* replace (message_texts.message_id as message_id)
from text_languages
inner join message_texts
    on text_languages.message_id = message_texts.text_key
