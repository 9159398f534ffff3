-- findings_quote_their_text: findings whose quotation is empty or not what stands at its place.
-- why: an appeal reader looks the quotation up; it must be there, letter for letter.
-- reads: findings, messages
-- emits: finding_id, message_id  one row: one finding that misquotes
select
    findings.finding_id,
    findings.message_id
from findings
left join messages
    on findings.message_id = messages.message_id
where
    coalesce(findings.matched_text, '') = ''
    or messages.message_id is null
    or findings.matched_text <> substr(
        case when findings.matched_in = 'subject' then messages.subject else messages.body end,
        findings.match_start + 1,
        findings.match_end - findings.match_start
    )
order by findings.finding_id
