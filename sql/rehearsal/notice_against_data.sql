-- notice_against_data: what a notice says and the records do not show.
-- why: the platform has seen something; an answer that does not find it is taken for a denial.
-- reads: notice_facts, findings
-- emits: remark, table_name, row_id, detail  one row: one contradiction
with alleged as (
    select
        notice_facts.notice_id,
        notice_facts.received_at,
        unnest(string_split(notice_facts.alleged, ';')) as policy_id
    from notice_facts
    where notice_facts.alleged <> ''
),

unfound as (
    select distinct
        alleged.notice_id,
        alleged.policy_id
    from alleged
    left join findings
        on
            alleged.policy_id = findings.policy_id
            and alleged.received_at > findings.sent_at
            and findings.status <> 'dismissed'
    where
        alleged.policy_id <> 'review-manipulation'
        and findings.finding_id is null
),

ordered as (
    select
        notice_facts.notice_id,
        notice_facts.class,
        notice_facts.flagged_before,
        coalesce(
            lag(notice_facts.flagged_before) over (
                order by notice_facts.received_at, notice_facts.notice_id
            ),
            0
        ) as flagged_earlier
    from notice_facts
),

final as (
    select
        unfound.notice_id as row_id,
        'it alleges ' || unfound.policy_id || ', of which nothing before it is found' as detail
    from unfound
    union all
    select
        ordered.notice_id as row_id,
        'it follows nothing new: an earlier notice has all the messages before it' as detail
    from ordered
    where
        ordered.class in ('warning', 'deactivation', 'at-risk')
        and ordered.flagged_before = ordered.flagged_earlier
)

select
    'contradiction between notice and data' as remark,
    'notice_facts' as table_name,
    final.row_id,
    final.detail
from final
order by final.row_id, final.detail
