-- affected_messages_follow_findings: practices of a message that are not those of its findings.
-- why: one of both tables was changed, or they come from different audits.
-- reads: affected_messages, findings
-- emits: table_name, row_id  one row: one message that does not follow
with live as (
    select
        findings.message_id,
        bool_or(findings.status <> 'dismissed') as is_live
    from findings
    group by findings.message_id
),

found as (
    select
        findings.message_id,
        array_to_string(list_sort(list(distinct findings.policy_id)), ';') as policies,
        min(findings.sent_at) as sent_at
    from findings
    inner join live
        on findings.message_id = live.message_id
    where findings.status <> 'dismissed' or not live.is_live
    group by findings.message_id
),

final as (
    select
        'affected_messages' as table_name,
        coalesce(affected_messages.message_id, found.message_id) as row_id
    from affected_messages
    full outer join found
        on affected_messages.message_id = found.message_id
    where
        affected_messages.policies is distinct from found.policies
        or affected_messages.sent_at is distinct from found.sent_at
)

select
    final.table_name,
    final.row_id
from final
order by final.row_id
