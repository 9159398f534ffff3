-- notice_rows: the notice rows as read, which of them are duplicates, and the id each one keeps.
-- why: a duplicate is the same id with the same content, or the same content without an id; the first
--   by file and place counts. The same id with other content keeps both.
-- reads: raw_notices
-- emits: source_no, row_no, given_id, row_id, is_duplicate, is_renamed  one row: one row as read
with hashed as (
    select
        raw_notices.source_no,
        raw_notices.row_no,
        nullif(raw_notices.notice_id, '') as given_id,
        sha256(
            coalesce(cast(epoch_us(raw_notices.received_at) as varchar), '')
            || chr(31) || coalesce(cast(raw_notices.kind as varchar), '')
            || chr(31) || coalesce(cast(raw_notices.subject as varchar), '')
            || chr(31) || coalesce(cast(raw_notices.body as varchar), '')
        ) as content_hash
    from raw_notices
),

numbered as (
    select
        hashed.*,
        row_number() over (
            partition by hashed.given_id, hashed.content_hash
            order by hashed.source_no, hashed.row_no
        ) as occurrence,
        first_value(hashed.content_hash) over (
            partition by hashed.given_id
            order by hashed.source_no, hashed.row_no
        ) as first_hash
    from hashed
)

select
    numbered.source_no,
    numbered.row_no,
    numbered.given_id,
    case
        when numbered.given_id is null then 'h' || substr(numbered.content_hash, 1, 16)
        when numbered.content_hash = numbered.first_hash then numbered.given_id
        else numbered.given_id || '~' || substr(numbered.content_hash, 1, 8)
    end as row_id,
    numbered.occurrence > 1 as is_duplicate,
    numbered.given_id is not null
    and numbered.content_hash <> numbered.first_hash
    and numbered.occurrence = 1 as is_renamed
from numbered
order by numbered.source_no, numbered.row_no
