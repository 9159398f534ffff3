-- message_verdicts: all that was found in one message, as one row.
-- why: an appeal speaks of messages; a message with three findings is one message. What a person
--   has dismissed is left out, unless nothing else is left of the message.
-- reads: judged
-- emits: message_id, policies, rules, object, severity, confidence, status, hidden_wording,
--   matched_in, match_start, match_end  one row: one flagged message
with live as (
    select
        judged.message_id,
        bool_or(judged.status <> 'dismissed') as is_live
    from judged
    group by judged.message_id
),

verdicts as (
    select
        judged.message_id,
        array_to_string(list_sort(list(distinct judged.policy_id)), ';') as policies,
        array_to_string(list_sort(list(distinct judged.rule_id)), ';') as rules,
        array_to_string(
            list_sort(list(distinct judged.object) filter (where judged.object <> '')), ';'
        ) as objects,
        max(
            case judged.severity
                when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1
            end
        ) as severity_no,
        cast(round(max(judged.confidence), 2) as double) as confidence,
        array_to_string(list_sort(list(distinct judged.status)), ';') as status,
        bool_or(judged.obfuscated) as hidden_wording,
        min(judged.match_start) filter (where judged.matched_in <> 'subject') as body_start,
        max(judged.match_end) filter (where judged.matched_in <> 'subject') as body_end,
        min(judged.match_start) filter (where judged.matched_in = 'subject') as subject_start,
        max(judged.match_end) filter (where judged.matched_in = 'subject') as subject_end
    from judged
    inner join live
        on judged.message_id = live.message_id
    where judged.status <> 'dismissed' or not live.is_live
    group by judged.message_id
)

select
    verdicts.message_id,
    verdicts.policies,
    verdicts.rules,
    case when verdicts.objects = '' then 'unclear' else verdicts.objects end as object,
    case verdicts.severity_no
        when 4 then 'critical' when 3 then 'high' when 2 then 'medium' else 'low'
    end as severity,
    verdicts.confidence,
    verdicts.status,
    verdicts.hidden_wording,
    case when verdicts.body_start is not null then 'body' else 'subject' end as matched_in,
    coalesce(verdicts.body_start, verdicts.subject_start) as match_start,
    coalesce(verdicts.body_end, verdicts.subject_end) as match_end
from verdicts
order by verdicts.message_id
