-- signals: what was said, where; one row a stretch and meaning. A signal alone is never a violation.
-- why: the only table the text engine writes; every verdict is SQL over it.
-- columns:
--   matched_in       body or subject; match_start and match_end are code points of that verbatim text
--   object           product_review, seller_feedback, other, unclear, or empty where it has no sense
--   polarity         positive, negative, neutral or empty
--   conditional      true where a condition or a tie ("once", "in return") stands in the same stretch
--   obfuscated       true where the stretch hides a word on purpose (spaced out, look-alikes, leet)
--   strength         sure, weak (queue only)
--   stopped_by       the guard that takes it away; null where the signal stands
--   stop_text        the words that fired the guard; null where the signal stands
--   matched_language the language of the vocabulary that matched, empty for language-neutral patterns
--   score            how likely the second reader thinks it (0 to 1); null for the grammar's rows
create or replace table signals (
    message_id varchar not null,
    signal varchar not null,
    rule_id varchar not null,
    matched_in varchar not null,
    match_start integer not null,
    match_end integer not null,
    sentence_no integer not null,
    object varchar not null,
    polarity varchar not null,
    conditional boolean not null,
    obfuscated boolean not null,
    strength varchar not null,
    matched_language varchar not null,
    stopped_by varchar,
    stop_text varchar,
    score double
)
