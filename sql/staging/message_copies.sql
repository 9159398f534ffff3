-- message_copies: the message rows as read, which of them repeat an earlier row, and the id each keeps.
-- why: a copy is the same id with the same content, or the same content without an id; the first by
--   file and place counts. The same id with other content keeps both. Of a mail the content is what
--   it says itself (time, subject, text): sides follow from the folder it lies in and from settings.
-- reads: raw_messages
-- emits: source_no, row_no, given_id, row_id, is_duplicate, is_renamed  one row: one row as read
with hashed as (
    select
        raw_messages.source_no,
        raw_messages.row_no,
        nullif(raw_messages.message_id, '') as given_id,
        sha256(
            case
                when raw_messages.message_id like 'mail:%'
                    then ''
                else
                    coalesce(raw_messages.thread_id, '')
                    || chr(31) || coalesce(raw_messages.direction, '')
                    || chr(31) || coalesce(raw_messages.sender, '')
                    || chr(31) || coalesce(raw_messages.recipient, '')
                    || chr(31) || coalesce(raw_messages.channel, '')
                    || chr(31) || coalesce(raw_messages.marketplace, '')
                    || chr(31) || coalesce(raw_messages.order_id, '')
                    || chr(31) || coalesce(raw_messages.asin, '')
                    || chr(31) || coalesce(raw_messages.operator, '')
            end
            || chr(31) || coalesce(cast(epoch_us(raw_messages.sent_at) as varchar), '')
            || chr(31) || coalesce(raw_messages.subject, '')
            || chr(31) || coalesce(raw_messages.body, '')
        ) as content_hash
    from raw_messages
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
