-- quotes_stand_in_conversations: quotes that are not the stretch of their message they claim to be.
-- why: a quote that cannot be found in its message proves nothing.
-- reads: findings, conversations
-- emits: table_name, row_id  one row: one finding whose quote does not stand there
with final as (
    select
        'findings' as table_name,
        findings.finding_id as row_id
    from findings
    left join conversations
        on findings.message_id = conversations.message_id
    where
        substr(
            case
                when findings.matched_in = 'subject' then conversations.subject
                else conversations.body
            end,
            findings.match_start + 1,
            findings.match_end - findings.match_start
        ) is distinct from findings.matched_text
)

select
    final.table_name,
    final.row_id
from final
order by final.row_id
