-- message_families: the kinds of source that messages come from, as twins are looked for among them.
-- why: with one alone there are no twins, and no text has to be looked at for that.
-- reads: raw_messages, source_files
-- emits: kind, is_copy  one row: one kind of source
with told as (
    select distinct
        raw_messages.source_no,
        coalesce(raw_messages.origin = 'confirmation-copy', false) as is_copy
    from raw_messages
)

select distinct
    case
        when source_files.reader in ('csv', 'jsonl', 'parquet', 'xlsx') then 'table'
        else source_files.reader
    end as kind,
    told.is_copy
from told
inner join source_files
    on told.source_no = source_files.source_no
where source_files.record_kind = 'messages'
