-- incident_factors: per incident the candidate causes, each with the rows that speak for it, against
--   it, or leave it unknown.
-- why: an owner has to say why it happened, and a reader will ask what else it could have been. The
--   archive shows dates and counts, never a motive: each row says what was seen and no more, and a
--   cause with no row against it is not thereby proved. Causes: new-function, staff-habit,
--   no-review-of-outgoing-text, warning-not-acted-on, template-read-as-licence,
--   training-without-effect.
-- reads: incident_numbers, incident_novelties, incident_people
-- emits: incident_id, started_at, cause, stance, n, of_n, evidence, ref_id, limits
--   one row: one observation on one candidate cause; n of of_n conversations, messages or records
with news as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'new-function' as cause,
        case when incident_novelties.state = 'new' then 'for' else 'unknown' end as stance,
        incident_novelties.n_threads as n,
        incident_numbers.n_threads as of_n,
        incident_novelties.kind || ' ' || incident_novelties.shown || ' first appears on '
        || strftime(timezone($timezone, incident_novelties.first_at), '%Y-%m-%d')
        || case
            when incident_novelties.state <> 'new'
                then
                    ', but the archive begins only '
                    || cast(cast(floor(incident_novelties.history_days) as bigint) as varchar)
                    || ' days before it'
            when incident_novelties.kind = 'launch' then ' (told by the context)'
            else ''
        end as evidence,
        incident_novelties.name as ref_id
    from incident_numbers
    inner join incident_novelties
        on incident_numbers.incident_id = incident_novelties.incident_id
    where incident_novelties.kind in ('channel', 'template', 'launch')
),

news_unused as (
    select
        news.incident_id,
        news.started_at,
        'new-function' as cause,
        'against' as stance,
        news.of_n - news.n as n,
        news.of_n,
        'conversations of the incident that did not use ' || news.ref_id as evidence,
        news.ref_id
    from news
    where news.stance = 'for' and news.n > 0 and news.n < news.of_n
),

nothing_new as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'new-function' as cause,
        'against' as stance,
        incident_numbers.n_threads as n,
        incident_numbers.n_threads as of_n,
        'no channel, platform template or launch is new at its start' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    left join news
        on incident_numbers.incident_id = news.incident_id
    where news.incident_id is null
),

before_it as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'new-function' as cause,
        'against' as stance,
        incident_numbers.earlier_incidents as n,
        incident_numbers.earlier_incidents as of_n,
        'earlier incidents happened before anything named here was new' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.earlier_incidents > 0
),

habit as (
    select
        incident_people.incident_id,
        incident_numbers.started_at,
        'staff-habit' as cause,
        case when incident_people.earlier_messages > 0 then 'for' else 'against' end as stance,
        incident_people.earlier_messages as n,
        incident_people.n_messages as of_n,
        case
            when incident_people.earlier_messages > 0
                then
                    incident_people.operator || ' wrote flagged messages before this incident,'
                    || ' the first on ' || strftime(
                        timezone($timezone, incident_people.earlier_at), '%Y-%m-%d'
                    )
            else
                incident_people.operator || ' wrote no flagged message before this incident'
        end
        || '; ' || cast(incident_people.n_threads as varchar) || ' of the '
        || cast(incident_people.n_own_threads as varchar)
        || ' conversations they wrote in lie in it' as evidence,
        incident_people.first_message_id as ref_id
    from incident_people
    inner join incident_numbers
        on incident_people.incident_id = incident_numbers.incident_id
),

nameless as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'staff-habit' as cause,
        'unknown' as stance,
        incident_numbers.n_without_operator as n,
        incident_numbers.n_messages as of_n,
        'flagged messages whose writer the archive does not name' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_without_operator > 0
),

unread as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'no-review-of-outgoing-text' as cause,
        'for' as stance,
        incident_numbers.n_stoppable as n,
        incident_numbers.n_outbound as of_n,
        'flagged messages were sent that a check of the text before sending names, over '
        || cast(incident_numbers.days as varchar) || ' days' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_stoppable > 0
),

macros as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'no-review-of-outgoing-text' as cause,
        'for' as stance,
        incident_numbers.macro_messages as n,
        incident_numbers.n_messages as of_n,
        'flagged messages carry one wording, nearly unchanged' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.macro_messages > 0
),

controlled as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'no-review-of-outgoing-text' as cause,
        case when incident_numbers.n_controls > 0 then 'against' else 'unknown' end as stance,
        incident_numbers.n_controls as n,
        incident_numbers.n_controls as of_n,
        case
            when incident_numbers.n_controls > 0
                then 'a control was recorded before it: ' || incident_numbers.control_titles
            else 'no control of outgoing text is recorded; whether there was one is not known'
        end as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
),

warned as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'warning-not-acted-on' as cause,
        'for' as stance,
        incident_numbers.n_messages as n,
        incident_numbers.n_messages as of_n,
        'flagged messages follow notice ' || incident_numbers.notice_id || ', the first '
        || cast(
            cast(
                floor(
                    (
                        epoch(incident_numbers.started_at)
                        - epoch(incident_numbers.notice_at)
                    ) / 86400.0
                ) as bigint
            ) as varchar
        ) || ' days after it'
        || case
            when incident_numbers.same_policy_before > 0
                then
                    '; ' || cast(incident_numbers.same_policy_before as varchar)
                    || ' of their practices are the same as before it'
            else ''
        end as evidence,
        incident_numbers.notice_id as ref_id
    from incident_numbers
    where incident_numbers.notice_id is not null
),

measured as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'warning-not-acted-on' as cause,
        case when incident_numbers.measures_after_notice > 0 then 'against' else 'unknown' end
            as stance,
        incident_numbers.measures_after_notice as n,
        incident_numbers.measures_after_notice as of_n,
        case
            when incident_numbers.measures_after_notice > 0
                then
                    'recorded between the notice and the incident: '
                    || incident_numbers.measure_titles
            else
                'no measure is recorded between the notice and the incident; who read the notice'
                || ' is not known'
        end as evidence,
        incident_numbers.notice_id as ref_id
    from incident_numbers
    where incident_numbers.notice_id is not null
),

unwarned as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'warning-not-acted-on' as cause,
        'against' as stance,
        incident_numbers.n_messages as n,
        incident_numbers.n_messages as of_n,
        'no warning or deactivation before it is in the archive' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.notice_id is null
),

licence as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'template-read-as-licence' as cause,
        'for' as stance,
        incident_numbers.template_threads as n,
        incident_numbers.n_threads as of_n,
        'conversations in which the platform''s own template came before the flagged message'
            as evidence,
        incident_numbers.first_template_message_id as ref_id
    from incident_numbers
    where incident_numbers.template_threads > 0
),

no_licence as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'template-read-as-licence' as cause,
        'against' as stance,
        incident_numbers.n_threads - incident_numbers.template_threads as n,
        incident_numbers.n_threads as of_n,
        'conversations with no template of the platform before the flagged message' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_threads > incident_numbers.template_threads
),

no_threads as (
    select
        incident_numbers.incident_id,
        incident_numbers.started_at,
        'template-read-as-licence' as cause,
        'unknown' as stance,
        incident_numbers.n_threads as n,
        incident_numbers.n_threads as of_n,
        'every conversation of it belongs to an earlier incident and is weighed there' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_threads = 0
),

trained as (
    select
        incident_people.incident_id,
        incident_numbers.started_at,
        'training-without-effect' as cause,
        case when incident_people.training_names_them then 'for' else 'unknown' end as stance,
        incident_people.n_messages as n,
        incident_numbers.n_messages as of_n,
        'training "' || incident_people.training_title || '" on '
        || strftime(timezone($timezone, incident_people.training_at), '%Y-%m-%d') || '; '
        || incident_people.operator || ' wrote a flagged message on '
        || strftime(timezone($timezone, incident_people.first_at), '%Y-%m-%d')
        || case
            when incident_people.training_names_them then '; the record names them'
            else '; the record does not name them'
        end as evidence,
        incident_people.first_message_id as ref_id
    from incident_people
    inner join incident_numbers
        on incident_people.incident_id = incident_numbers.incident_id
    where incident_people.training_at is not null
),

final as (
    select * from news
    union all
    select * from news_unused
    union all
    select * from nothing_new
    union all
    select * from before_it
    union all
    select * from habit
    union all
    select * from nameless
    union all
    select * from unread
    union all
    select * from macros
    union all
    select * from controlled
    union all
    select * from warned
    union all
    select * from measured
    union all
    select * from unwarned
    union all
    select * from licence
    union all
    select * from no_licence
    union all
    select * from no_threads
    union all
    select * from trained
)

select
    final.incident_id,
    final.started_at,
    final.cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    final.ref_id,
    'what the archive shows, by date and count; it shows no motive' as limits
from final
order by
    final.started_at,
    final.incident_id,
    final.cause,
    final.stance,
    final.evidence,
    final.ref_id
