-- thread_links: pairs of threads that share an order, a case, a buyer's session, a reply or a message.
-- why: a conversation breaks into several threads when a mail client or a new order starts one;
--   they are judged together. Each key points its threads at the first of them: no pair explosion.
-- reads: messages_base, own_threads, buyer_sessions, message_rows, raw_messages, guessed_links
-- emits: thread_id, other_id  one row: one pair of threads, both ways
with keyed as (
    select distinct
        own_threads.thread_id,
        'order:' || messages_base.order_id as link_key
    from own_threads
    inner join messages_base
        on own_threads.message_id = messages_base.message_id
    where messages_base.order_id is not null
    union
    select distinct
        own_threads.thread_id,
        'case:' || messages_base.case_ref as link_key
    from own_threads
    inner join messages_base
        on own_threads.message_id = messages_base.message_id
    where messages_base.case_ref is not null
    union
    select distinct
        own_threads.thread_id,
        buyer_sessions.session_id as link_key
    from own_threads
    inner join buyer_sessions
        on own_threads.message_id = buyer_sessions.message_id
    union
    select distinct
        own_threads.thread_id,
        'reply:' || split_part(messages_base.reply_to, ' ', 1) as link_key
    from own_threads
    inner join messages_base
        on own_threads.message_id = messages_base.message_id
    where messages_base.reply_to is not null
    union
    select distinct
        own_threads.thread_id,
        'reply:' || own_threads.message_id as link_key
    from own_threads
    union
    select distinct
        raw_messages.thread_id,
        'reply:' || message_rows.row_id as link_key
    from message_rows
    inner join raw_messages
        on
            message_rows.source_no = raw_messages.source_no
            and message_rows.row_no = raw_messages.row_no
    inner join own_threads
        on raw_messages.thread_id = own_threads.thread_id
    where message_rows.is_twin
    union
    select distinct
        own_threads.thread_id,
        'reply:' || message_rows.given_id as link_key
    from message_rows
    inner join own_threads
        on message_rows.row_id = own_threads.message_id
    where message_rows.is_twin and message_rows.given_id is not null
),

heads as (
    select
        keyed.link_key,
        min(keyed.thread_id) as head_id
    from keyed
    group by keyed.link_key
    having count(*) > 1
),

pairs as (
    select distinct
        keyed.thread_id,
        heads.head_id as other_id
    from keyed
    inner join heads
        on keyed.link_key = heads.link_key
    where keyed.thread_id <> heads.head_id
    union
    select
        guessed_links.thread_id,
        guessed_links.other_id
    from guessed_links
)

select
    pairs.thread_id,
    pairs.other_id
from pairs
union
select
    pairs.other_id as thread_id,
    pairs.thread_id as other_id
from pairs
order by thread_id, other_id
