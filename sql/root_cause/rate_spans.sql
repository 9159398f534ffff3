-- rate_spans: outbound threads by operator, template, channel, marketplace, weekday and hour: from which
--   era to which they reach, from which to which they violate with that value, and at all.
-- why: threads of the same reach count alike, so a few rows stand for a million messages. Weekday (1 is
--   Monday) and hour are the seller's (time zone, summer time). A template counts from its use on.
-- reads: message_keys, judged, said, eras
-- emits: dimension, value, first_era, last_era, violated_first_era, violated_last_era,
--   thread_violated_first_era, thread_violated_last_era, n_threads
--   one row: one value and reach; eras of no violation are empty
with live as (
    select distinct judged.message_id
    from judged
    where judged.status <> 'dismissed' and judged.direction = 'outbound'
),

sent as (
    select
        message_keys.*,
        timezone($timezone, message_keys.sent_at) as local_at,
        eras.era_no,
        case when live.message_id is not null then eras.era_no end as bad_era
    from message_keys
    inner join eras
        on message_keys.sent_at > eras.after_at and message_keys.sent_at <= eras.until_at
    left join live
        on message_keys.message_id = live.message_id
    where
        message_keys.direction = 'outbound'
        and message_keys.sent_at >= $since_at
        and message_keys.sent_at < $until_at
),

templates as (
    select
        said.case_id,
        said.rule_id,
        min(said.sent_at) as used_at
    from said
    where said.signal = 'platform_template' and said.direction = 'outbound'
    group by said.case_id, said.rule_id
),

dimensions as (
    select listed.dimension
    from (
        values
        ('all'), ('operator'), ('channel'), ('marketplace'), ('weekday'), ('hour')
    ) as listed (dimension)
),

valued as (
    select
        dimensions.dimension,
        case dimensions.dimension
            when 'operator' then sent.operator
            when 'channel' then nullif(sent.channel, '')
            when 'marketplace' then nullif(sent.marketplace, '')
            when 'weekday' then cast(extract(isodow from sent.local_at) as varchar)
            when 'hour' then lpad(cast(extract(hour from sent.local_at) as varchar), 2, '0')
            else 'all'
        end as value,
        sent.thread_id,
        sent.era_no,
        sent.bad_era
    from sent
    cross join dimensions
    union all
    select
        'template' as dimension,
        templates.rule_id as value,
        sent.thread_id,
        sent.era_no,
        sent.bad_era
    from sent
    inner join templates
        on sent.case_id = templates.case_id and sent.sent_at >= templates.used_at
),

spans as (
    select
        valued.dimension,
        valued.value,
        valued.thread_id,
        min(valued.era_no) as first_era,
        max(valued.era_no) as last_era,
        min(valued.bad_era) as violated_first_era,
        max(valued.bad_era) as violated_last_era
    from valued
    where valued.value is not null
    group by valued.dimension, valued.value, valued.thread_id
),

violating as (
    select
        sent.thread_id,
        min(sent.bad_era) as first_era,
        max(sent.bad_era) as last_era
    from sent
    where sent.bad_era is not null
    group by sent.thread_id
)

select
    spans.dimension,
    spans.value,
    spans.first_era,
    spans.last_era,
    spans.violated_first_era,
    spans.violated_last_era,
    violating.first_era as thread_violated_first_era,
    violating.last_era as thread_violated_last_era,
    count(*) as n_threads
from spans
left join violating
    on spans.thread_id = violating.thread_id
group by
    spans.dimension,
    spans.value,
    spans.first_era,
    spans.last_era,
    spans.violated_first_era,
    spans.violated_last_era,
    violating.first_era,
    violating.last_era
