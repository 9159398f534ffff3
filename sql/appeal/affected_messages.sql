-- affected_messages: every flagged message with all that an appeal has to say of it.
-- why: a stranger checks one row: what was sent, when, by which side, on which order, what money and
--   which review stand beside it, who looked at it, and which source row it comes from.
-- reads: judged, messages, message_incidents, incidents, signals, thread_money, review_links,
--   thread_steps, thread_ratings, decisions, incident_factors, sources, wording_uses
-- emits: incident_id, policies, severity, marketplace, channel, order_id, asin, buyer_id, thread_id,
--   message_id, sent_at, sent_at_local, direction, operator, origin, matched_text, matched_in,
--   match_start, match_end, language, translation, rules, ruleset_version, object, condition,
--   compensation, compensation_amount, compensation_currency, compensation_at, review_id,
--   reviewed_at, rating_before, rating_after, review_changed_at, buyer_reaction, delivered,
--   after_notice_id, confidence, status, decided_by, decided_at, causes, hidden_wording,
--   source_file, source_locator, source_sha256, body_sha256  one row: one flagged message
with verdicts as (
    select
        judged.message_id,
        array_to_string(list_sort(list(distinct judged.policy_id)), ';') as policies,
        array_to_string(list_sort(list(distinct judged.rule_id)), ';') as rules,
        array_to_string(
            list_sort(list(distinct judged.object) filter (where judged.object <> '')), ';'
        ) as objects,
        max(case judged.severity
            when 'critical' then 4 when 'high' then 3 when 'medium' then 2 else 1 end
        ) as severity_no,
        cast(round(max(judged.confidence), 2) as double) as confidence,
        array_to_string(list_sort(list(distinct judged.status)), ';') as status,
        bool_or(judged.obfuscated) as hidden_wording,
        min(judged.match_start) filter (where judged.matched_in <> 'subject') as body_start,
        max(judged.match_end) filter (where judged.matched_in <> 'subject') as body_end,
        min(judged.match_start) filter (where judged.matched_in = 'subject') as subject_start,
        max(judged.match_end) filter (where judged.matched_in = 'subject') as subject_end,
        min(judged.finding_id) as first_finding_id
    from judged
    group by judged.message_id
),

templates as (
    select distinct signals.message_id
    from signals
    where signals.signal = 'platform_template'
),

conditions as (
    select
        signals.message_id,
        bool_or(signals.conditional) as conditional
    from signals
    group by signals.message_id
),

repeated as (
    select
        wording_uses.wording,
        count(distinct wording_uses.message_id) as uses
    from wording_uses
    group by wording_uses.wording
),

macros as (
    select
        wording_uses.message_id,
        max(repeated.uses) as uses
    from wording_uses
    inner join repeated
        on wording_uses.wording = repeated.wording
    group by wording_uses.message_id
),

refunds_seen as (
    select
        thread_steps.thread_id,
        min(thread_steps.step_at) filter (where thread_steps.step = 'refund') as refunded_at,
        min(thread_steps.step_at) filter (where thread_steps.step = 'refund-promised') as promised_at,
        max(case thread_steps.step when 'buyer-accepts' then 1 else 0 end) as accepts,
        max(case thread_steps.step when 'buyer-refuses' then 1 else 0 end) as refuses
    from thread_steps
    where thread_steps.status = 'found'
    group by thread_steps.thread_id
),

money as (
    select
        thread_money.thread_id,
        min(thread_money.currency) as currency,
        sum(coalesce(thread_money.paid, thread_money.promised)) as amount,
        max(case when thread_money.n_outside > 0 then 1 else 0 end) as outside
    from thread_money
    group by thread_money.thread_id
),

reviews as (
    select
        review_links.thread_id,
        min(review_links.review_id) as review_id,
        min(review_links.occurred_at) filter (
            where review_links.event_type = 'created'
        ) as reviewed_at,
        max(review_links.occurred_at) filter (
            where review_links.event_type <> 'created'
        ) as changed_at
    from review_links
    where review_links.linked_by <> 'asin'
    group by review_links.thread_id
),

latest as (
    select
        decisions.finding_id,
        decisions.decided_by,
        decisions.decided_at,
        row_number() over (
            partition by decisions.finding_id
            order by decisions.decided_at desc, decisions.row_no desc
        ) as place
    from decisions
),

looked_at as (
    select
        judged.message_id,
        max(latest.decided_by) as decided_by,
        max(latest.decided_at) as decided_at
    from judged
    inner join latest
        on judged.finding_id = latest.finding_id
    where latest.place = 1
    group by judged.message_id
),

causes as (
    select
        incident_factors.incident_id,
        array_to_string(list_sort(list(distinct incident_factors.cause)), ';') as causes
    from incident_factors
    where incident_factors.stance = 'for'
    group by incident_factors.incident_id
),

files as (
    select
        sources.source_file,
        min(sources.sha256) as sha256
    from sources
    group by sources.source_file
),

final as (
    select
        message_incidents.incident_id,
        verdicts.policies,
        case verdicts.severity_no
            when 4 then 'critical' when 3 then 'high' when 2 then 'medium' else 'low'
        end as severity,
        messages.marketplace,
        messages.channel,
        messages.order_id,
        messages.asin,
        messages.buyer_id,
        messages.thread_id,
        messages.message_id,
        messages.sent_at,
        strftime(timezone($timezone, messages.sent_at), '%Y-%m-%d %H:%M:%S') as sent_at_local,
        messages.direction,
        messages.operator,
        case
            when templates.message_id is not null then 'platform-template'
            when macros.uses > 1 then 'repeated-text'
            else 'free-text'
        end as origin,
        case
            when verdicts.body_start is not null
                then substr(
                    messages.body, verdicts.body_start + 1, verdicts.body_end - verdicts.body_start
                )
            else substr(
                messages.subject, verdicts.subject_start + 1,
                verdicts.subject_end - verdicts.subject_start
            )
        end as matched_text,
        case when verdicts.body_start is not null then 'body' else 'subject' end as matched_in,
        coalesce(verdicts.body_start, verdicts.subject_start) as match_start,
        coalesce(verdicts.body_end, verdicts.subject_end) as match_end,
        messages.language,
        'none' as translation,
        verdicts.rules,
        cast($ruleset_version as varchar) as ruleset_version,
        case when verdicts.objects = '' then 'unclear' else verdicts.objects end as object,
        case when coalesce(conditions.conditional, false) then 'explicit' else 'none' end as condition,
        case
            when money.outside = 1 then 'outside-payment'
            when refunds_seen.refunded_at is not null then 'refund'
            when refunds_seen.promised_at is not null then 'refund-promised'
            else 'none-known'
        end as compensation,
        cast(money.amount as double) as compensation_amount,
        money.currency as compensation_currency,
        coalesce(refunds_seen.refunded_at, refunds_seen.promised_at) as compensation_at,
        reviews.review_id,
        reviews.reviewed_at,
        thread_ratings.rating_before,
        thread_ratings.rating_after,
        reviews.changed_at as review_changed_at,
        case
            when refunds_seen.refuses = 1 then 'refuses'
            when refunds_seen.accepts = 1 then 'accepts'
            else 'none-known'
        end as buyer_reaction,
        messages.delivered,
        incidents.after_notice_id,
        verdicts.confidence,
        verdicts.status,
        looked_at.decided_by,
        looked_at.decided_at,
        causes.causes,
        verdicts.hidden_wording,
        messages.source_file,
        messages.source_locator,
        files.sha256 as source_sha256,
        sha256(messages.body) as body_sha256
    from verdicts
    inner join messages
        on verdicts.message_id = messages.message_id
    left join message_incidents
        on verdicts.message_id = message_incidents.message_id
    left join incidents
        on message_incidents.incident_id = incidents.incident_id
    left join templates
        on verdicts.message_id = templates.message_id
    left join conditions
        on verdicts.message_id = conditions.message_id
    left join macros
        on verdicts.message_id = macros.message_id
    left join refunds_seen
        on messages.thread_id = refunds_seen.thread_id
    left join money
        on messages.thread_id = money.thread_id
    left join reviews
        on messages.thread_id = reviews.thread_id
    left join thread_ratings
        on messages.thread_id = thread_ratings.thread_id
    left join looked_at
        on verdicts.message_id = looked_at.message_id
    left join causes
        on message_incidents.incident_id = causes.incident_id
    left join files
        on messages.source_file = files.source_file
)

select * from final
order by final.sent_at, final.message_id
