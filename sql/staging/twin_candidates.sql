-- twin_candidates: messages that another source may have told too, by what the two would share.
-- why: a mail in the Sent folder, its confirmation copy and the help desk's record of it are one message.
--   Only different kinds of source are compared; tables of one's own are one source, in which ids
--   and contents alone decide.
-- reads: raw_messages, message_copies, source_files
-- emits: source_no, row_no, family, direction, second, order_id, twin_key
--   one row: one message and key that occurs in another kind of source too
with kinds as (
    select distinct
        source_files.source_no,
        case
            when source_files.reader in ('csv', 'jsonl', 'parquet', 'xlsx') then 'table'
            else source_files.reader
        end as kind
    from source_files
    where source_files.record_kind = 'messages'
),

sides as (
    select
        raw_messages.source_no,
        raw_messages.row_no,
        kinds.kind
        || case when raw_messages.origin = 'confirmation-copy' then ':copy' else '' end as family
    from raw_messages
    inner join kinds
        on raw_messages.source_no = kinds.source_no
    where not coalesce(raw_messages.derived, false)
),

families as (
    select count(distinct sides.family) as n
    from sides
),

squeezed as (
    select
        sides.source_no,
        sides.row_no,
        sides.family,
        raw_messages.direction,
        epoch(raw_messages.sent_at) as second,
        nullif(raw_messages.order_id, '') as order_id,
        raw_messages.buyer_id,
        replace(
            replace(replace(replace(lower(raw_messages.body), ' ', ''), chr(10), ''), chr(13), ''),
            chr(160), ''
        ) as words
    from sides
    cross join families
    inner join message_copies
        on
            sides.source_no = message_copies.source_no
            and sides.row_no = message_copies.row_no
    inner join raw_messages
        on
            sides.source_no = raw_messages.source_no
            and sides.row_no = raw_messages.row_no
    where families.n > 1 and not message_copies.is_duplicate
),

keyed as (
    select
        squeezed.*,
        'order:' || squeezed.order_id || ':' || left(squeezed.words, 24) as twin_key
    from squeezed
    where squeezed.order_id is not null
    union all
    select
        squeezed.*,
        'buyer:' || squeezed.buyer_id || ':' || left(squeezed.words, 24) as twin_key
    from squeezed
    where regexp_matches(squeezed.buyer_id, '[@0-9]')
    union all
    select
        squeezed.*,
        'text:' || md5(squeezed.words) as twin_key
    from squeezed
    where length(squeezed.words) >= 40
),

shared as (
    select keyed.twin_key
    from keyed
    group by keyed.twin_key
    having
        count(distinct keyed.family) > 1
        and (
            not starts_with(keyed.twin_key, 'text:')
            or count(*) = count(distinct keyed.family)
        )
)

select
    keyed.source_no,
    keyed.row_no,
    keyed.family,
    keyed.direction,
    keyed.second,
    keyed.order_id,
    keyed.twin_key
from keyed
inner join shared
    on keyed.twin_key = shared.twin_key
order by keyed.twin_key, keyed.source_no, keyed.row_no
