-- factors_new_function: what speaks for and against a new channel, template or function as the cause.
-- why: a date is no cause: what was new must have been used in the incident, and what else it was used
--   for without a violation speaks against it, as do violations older than it.
-- reads: incident_numbers, incident_novelties, function_uses
-- emits: incident_id, cause, stance, n, of_n, evidence, ref_id
--   one row: one observation on one incident
with news as (
    select
        incident_numbers.incident_id,
        incident_novelties.kind,
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

unused as (
    select
        news.incident_id,
        'against' as stance,
        news.of_n - news.n as n,
        news.of_n,
        'conversations of the incident that did not use ' || news.ref_id as evidence,
        news.ref_id
    from news
    where news.stance = 'for' and news.n > 0 and news.n < news.of_n
),

harmless as (
    select
        news.incident_id,
        'against' as stance,
        function_uses.n_threads - function_uses.n_violating as n,
        function_uses.n_threads as of_n,
        'conversations that used ' || news.ref_id || ' without a violation' as evidence,
        news.ref_id
    from news
    inner join function_uses
        on news.kind = function_uses.kind and news.ref_id = function_uses.name
    where news.stance = 'for' and function_uses.n_threads > function_uses.n_violating
),

nothing_new as (
    select
        incident_numbers.incident_id,
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
        'against' as stance,
        incident_numbers.earlier_incidents as n,
        incident_numbers.earlier_incidents as of_n,
        'earlier incidents happened before anything named here was new' as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.earlier_incidents > 0
),

unseen as (
    select
        incident_numbers.incident_id,
        'unknown' as stance,
        incident_numbers.n_missing_before as n,
        incident_numbers.n_missing_before as of_n,
        'months before it in which sent messages are missing: what was written then is not known'
            as evidence,
        cast(null as varchar) as ref_id
    from incident_numbers
    where incident_numbers.n_missing_before > 0
),

final as (
    select
        news.incident_id,
        news.stance,
        news.n,
        news.of_n,
        news.evidence,
        news.ref_id
    from news
    union all
    select * from unused
    union all
    select * from harmless
    union all
    select * from nothing_new
    union all
    select * from before_it
    union all
    select * from unseen
)

select
    final.incident_id,
    'new-function' as cause,
    final.stance,
    final.n,
    final.of_n,
    final.evidence,
    final.ref_id
from final
order by final.incident_id, final.stance, final.evidence
