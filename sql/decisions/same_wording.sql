-- same_wording: findings and queue entries whose message says the very same as one that is being decided.
-- why: a macro sent to many buyers is decided once; the same policy (or the queue) and the same text
--   but for blanks at its ends, never a mere likeness.
-- reads: findings, queue, messages
-- emits: id, other_id  one row: one decided id and one other of the same text
with entries as (
    select
        findings.finding_id as entry_id,
        findings.policy_id as kind,
        findings.message_id
    from findings
    union all
    select
        queue.queue_id as entry_id,
        'queue' as kind,
        queue.message_id
    from queue
),

texts as (
    select
        entries.entry_id,
        entries.kind,
        sha256(trim(messages.body)) as wording
    from entries
    inner join messages
        on entries.message_id = messages.message_id
),

final as (
    select
        min(decided.entry_id) as id,
        others.entry_id as other_id
    from texts as decided
    inner join texts as others
        on decided.kind = others.kind and decided.wording = others.wording
    where
        list_contains($ids, decided.entry_id)
        and not list_contains($ids, others.entry_id)
    group by others.entry_id
)

select
    final.id,
    final.other_id
from final
order by final.id, final.other_id
