-- joined_messages: the messages whose case may be another one than before.
-- why: cases are joined by orders, platform cases, sessions, replies and threads. Whatever shares one of
--   these with a renamed message, or a guess that changed, is looked at with the whole case it stood in;
--   all other cases share nothing with these and stay as they are.
-- reads: renamed_messages, messages_base, message_rows, raw_messages, own_threads, message_threads,
--   guessed_links, before_guessed_links
-- emits: message_id  one row: one message
with twins as (
    select
        message_rows.row_id as message_id,
        message_rows.given_id,
        raw_messages.thread_id
    from message_rows
    inner join raw_messages
        on
            message_rows.source_no = raw_messages.source_no
            and message_rows.row_no = raw_messages.row_no
    where message_rows.is_twin
),

keys as (
    select
        messages_base.message_id,
        messages_base.order_id,
        messages_base.case_ref,
        split_part(messages_base.reply_to, ' ', 1) as reply_id,
        own_threads.thread_id
    from messages_base
    inner join renamed_messages
        on messages_base.message_id = renamed_messages.message_id
    inner join own_threads
        on messages_base.message_id = own_threads.message_id
),

own_twins as (
    select twins.*
    from twins
    inner join renamed_messages
        on twins.message_id = renamed_messages.message_id
),

other_guesses as (
    (
        select guessed_links.* from guessed_links
        except
        select before_guessed_links.* from before_guessed_links
    )
    union all
    (
        select before_guessed_links.* from before_guessed_links
        except
        select guessed_links.* from guessed_links
    )
),

replies as (
    select keys.message_id as reply_id from keys
    union
    select keys.reply_id from keys where keys.reply_id is not null
    union
    select own_twins.given_id as reply_id from own_twins where own_twins.given_id is not null
),

threads as (
    select keys.thread_id from keys
    union
    select own_twins.thread_id from own_twins where own_twins.thread_id is not null
    union
    select unnest([other_guesses.thread_id, other_guesses.other_id]) as thread_id
    from other_guesses
),

seeds as (
    select renamed_messages.message_id from renamed_messages
    union
    select messages_base.message_id
    from messages_base
    inner join (select distinct keys.order_id from keys) as orders
        on messages_base.order_id = orders.order_id
    union
    select messages_base.message_id
    from messages_base
    inner join (select distinct keys.case_ref from keys) as cases
        on messages_base.case_ref = cases.case_ref
    union
    select messages_base.message_id
    from messages_base
    inner join replies
        on split_part(messages_base.reply_to, ' ', 1) = replies.reply_id
    union
    select messages_base.message_id
    from messages_base
    inner join replies
        on messages_base.message_id = replies.reply_id
    union
    select own_threads.message_id
    from own_threads
    inner join threads
        on own_threads.thread_id = threads.thread_id
    union
    select twins.message_id
    from twins
    inner join replies
        on twins.given_id = replies.reply_id
    union
    select twins.message_id
    from twins
    inner join threads
        on twins.thread_id = threads.thread_id
),

cases as (
    select distinct message_threads.case_id
    from message_threads
    inner join seeds
        on message_threads.message_id = seeds.message_id
)

select seeds.message_id
from seeds
union
select message_threads.message_id
from message_threads
inner join cases
    on message_threads.case_id = cases.case_id
