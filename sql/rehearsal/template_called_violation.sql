-- template_called_violation: the platform's own template among the messages concerned.
-- why: the platform wrote it; whoever calls it a violation has not understood the violation.
-- reads: affected_messages
-- emits: remark, table_name, row_id, detail  one row: one message
select
    'template called a violation' as remark,
    'affected_messages' as table_name,
    affected_messages.message_id as row_id,
    'it is the text of a platform template: "' || affected_messages.matched_text || '"' as detail
from affected_messages
where
    affected_messages.origin = 'platform-template'
    and affected_messages.status <> 'dismissed'
order by row_id
