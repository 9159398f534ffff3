-- fresh_texts: texts that no earlier scan has seen.
-- why: the scan that first saw a text is kept for good, whatever rules come later.
-- reads: message_texts, seen_texts
-- emits: text_key, scan_no  one row: one text
select distinct
    message_texts.text_key,
    cast($scan_no as bigint) as scan_no
from message_texts
left join seen_texts
    on message_texts.text_key = seen_texts.text_key
where seen_texts.text_key is null
