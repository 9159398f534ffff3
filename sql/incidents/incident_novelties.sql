-- incident_novelties: what came up within $gap_days before an incident's first flagged message, or
--   on its first day.
-- why: state says whether the archive is old enough to call it new; a launch stands alone, anything
--   else must have been used in the incident's threads. The first day counts, for a plan in the staff
--   chat comes hours before the first message in the new channel.
-- reads: incident_ids, novelties, incident_uses
-- emits: incident_id, kind, name, shown, first_at, history_days, n_threads, state
--   one row: one incident and thing that came up
with recent as (
    select
        incident_ids.incident_id,
        novelties.kind,
        novelties.name,
        novelties.first_at,
        novelties.history_days
    from incident_ids
    inner join novelties
        on
            novelties.first_at <= incident_ids.started_at + interval 1 day
            and novelties.first_at
            >= incident_ids.started_at - $gap_days * interval 1 day
),

final as (
    select
        recent.*,
        incident_uses.shown,
        incident_uses.n_threads
    from recent
    inner join incident_uses
        on
            recent.incident_id = incident_uses.incident_id
            and recent.kind = incident_uses.kind
            and recent.name = incident_uses.name
    union all
    select
        recent.*,
        recent.name as shown,
        cast(null as bigint) as n_threads
    from recent
    where recent.kind = 'launch'
)

select
    final.incident_id,
    final.kind,
    final.name,
    final.shown,
    final.first_at,
    final.history_days,
    final.n_threads,
    case
        when final.kind = 'launch' or final.history_days >= $gap_days then 'new'
        else 'unknown'
    end as state
from final
order by final.incident_id, final.first_at, final.kind, final.name
