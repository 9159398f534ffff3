-- joined_messages: the messages whose case may be another one than before.
-- why: cases are joined by orders, platform cases, sessions, replies and threads. Whatever shares one of
--   these with a renamed message, or a guess that changed, is looked at with the whole case it stood in;
--   all other cases share nothing with these and stay as they are.
-- reads: renamed_messages, named_base, named_threads, messages_base, twin_rows, own_threads,
--   message_threads, guessed_links, before_guessed_links
-- emits: message_id  one row: one message
with keys as (
    select
        named_base.message_id,
        named_base.order_id,
        named_base.case_ref,
        split_part(named_base.reply_to, ' ', 1) as reply_id,
        named_threads.thread_id
    from named_base
    inner join renamed_messages
        on named_base.message_id = renamed_messages.message_id
    inner join named_threads
        on named_base.message_id = named_threads.message_id
),

own_twins as (
    select twin_rows.*
    from twin_rows
    inner join renamed_messages
        on twin_rows.message_id = renamed_messages.message_id
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

answered as (
    select keys.reply_id from keys where keys.reply_id is not null
    union
    select own_twins.given_id as reply_id from own_twins where own_twins.given_id is not null
),

replies as (
    select keys.message_id as reply_id from keys
    union
    select answered.reply_id from answered
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
    inner join answered
        on messages_base.message_id = answered.reply_id
    union
    select own_threads.message_id
    from own_threads
    inner join threads
        on own_threads.thread_id = threads.thread_id
    union
    select twin_rows.message_id
    from twin_rows
    inner join replies
        on twin_rows.given_id = replies.reply_id
    union
    select twin_rows.message_id
    from twin_rows
    inner join threads
        on twin_rows.thread_id = threads.thread_id
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
