-- normalised_only: findings that rest on a normalised reading of the text alone.
-- why: a word written apart or with other letters has to be read by a person before it is a proof.
-- reads: affected_messages
-- emits: remark, table_name, row_id, detail  one row: one message
select
    'finding on normalised text only' as remark,
    'affected_messages' as table_name,
    affected_messages.message_id as row_id,
    'read into "' || affected_messages.matched_text || '"' as detail
from affected_messages
where
    affected_messages.hidden_wording
    and affected_messages.status = 'open'
order by row_id
