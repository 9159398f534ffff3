-- message_threads: the thread of every message, and the case that joins related threads.
-- why: the unit of judgement is the conversation, however many threads it was broken into. Three
--   rounds in which a thread takes the smallest label beside it join nearly everything; only what
--   is left is followed to its end, so that one key with many threads costs no pair of them each.
-- reads: own_threads, thread_links
-- emits: message_id, thread_id, case_id  one row: one message
with recursive first_round as (
    select
        thread_links.thread_id,
        least(thread_links.thread_id, min(thread_links.other_id)) as label
    from thread_links
    group by thread_links.thread_id
),

second_round as (
    select
        thread_links.thread_id,
        least(min(own.label), min(other.label)) as label
    from thread_links
    inner join first_round as own
        on thread_links.thread_id = own.thread_id
    inner join first_round as other
        on thread_links.other_id = other.thread_id
    group by thread_links.thread_id
),

third_round as (
    select
        thread_links.thread_id,
        least(min(own.label), min(other.label)) as label
    from thread_links
    inner join second_round as own
        on thread_links.thread_id = own.thread_id
    inner join second_round as other
        on thread_links.other_id = other.thread_id
    group by thread_links.thread_id
),

left_over as (
    select distinct
        own.label,
        other.label as other_label
    from thread_links
    inner join third_round as own
        on thread_links.thread_id = own.thread_id
    inner join third_round as other
        on thread_links.other_id = other.thread_id
    where own.label <> other.label
),

reached as (
    select
        left_over.label,
        left_over.other_label
    from left_over
    union
    select
        reached.label,
        left_over.other_label
    from reached
    inner join left_over
        on reached.other_label = left_over.label
),

heads as (
    select
        reached.label,
        least(reached.label, min(reached.other_label)) as case_id
    from reached
    group by reached.label
)

select
    own_threads.message_id,
    own_threads.thread_id,
    coalesce(heads.case_id, third_round.label, own_threads.thread_id) as case_id
from own_threads
left join third_round
    on own_threads.thread_id = third_round.thread_id
left join heads
    on third_round.label = heads.label
order by own_threads.message_id
