-- message_languages: the language each message is most likely written in.
-- why: it ranks and labels; it never excludes a rule.
create or replace table message_languages (
    message_id varchar not null,
    language varchar not null
)
