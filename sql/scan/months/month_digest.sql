-- month_digest: a number that changes with the messages of a month.
-- why: it tells whether they are still those that were reported.
--   Days nearby are told apart by the time zone, and no other day is looked at.
-- reads: message_keys, message_texts
-- emits: digest  one row: the month
with placed as (
    select message_keys.message_id
    from message_keys
    where
        message_keys.sent_at >= cast($month || '-01' as timestamptz) - interval 2 day
        and message_keys.sent_at < cast($month || '-01' as timestamptz) + interval 33 day
        and strftime(timezone($timezone, message_keys.sent_at), '%Y-%m') = $month
)

select
    cast(
        bit_xor(
            md5_number_lower(
                placed.message_id || chr(31) || cast(message_texts.text_key as varchar)
            )
        ) as varchar
    ) as digest
from placed
inner join message_texts
    on placed.message_id = message_texts.message_id
