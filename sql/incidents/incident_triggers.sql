-- incident_triggers: what was new when an incident began and was used in its threads, in one line.
-- why: channel, template and launch come before operator and wording, as the likelier news. What
--   the archive is too short to call new is left out here and listed as unknown among the factors.
-- reads: incident_novelties
-- emits: incident_id, trigger  one row: one incident that had something new
with worded as (
    select
        incident_novelties.incident_id,
        incident_novelties.first_at,
        case incident_novelties.kind
            when 'channel' then 1
            when 'template' then 2
            when 'launch' then 3
            when 'operator' then 4
            else 5
        end as place,
        incident_novelties.kind || ' ' || incident_novelties.shown || ' (new on '
        || strftime(timezone($timezone, incident_novelties.first_at), '%Y-%m-%d') || ')' as words
    from incident_novelties
    where incident_novelties.state = 'new'
)

select
    worded.incident_id,
    string_agg(worded.words, '; ' order by worded.place, worded.first_at, worded.words) as trigger
from worded
group by worded.incident_id
order by worded.incident_id
