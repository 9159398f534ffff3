-- new_texts: texts that these rules have not read yet, one message of each.
-- why: only these are scanned; what was read before is kept.
-- reads: message_texts, messages_base, text_languages
-- emits: message_id, subject, body, direction  one row: one text, under its key
with unread as (
    select
        message_texts.text_key,
        min(message_texts.message_id) as message_id
    from message_texts
    left join text_languages
        on message_texts.text_key = text_languages.message_id
    where text_languages.message_id is null
    group by message_texts.text_key
)

select
    cast(unread.text_key as varchar) as message_id,
    messages_base.subject,
    messages_base.body,
    messages_base.direction
from unread
inner join messages_base
    on unread.message_id = messages_base.message_id
