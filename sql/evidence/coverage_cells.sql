-- coverage_cells: what was heard per channel, marketplace and month, and where nothing was.
-- why: named are a month with orders or reviews and no messages, and a month in which a channel falls
--   silent that speaks before and after it.
-- reads: message_keys, orders, review_events
-- emits: channel, marketplace, month, messages_in, messages_sent, messages_staff, messages_unknown,
--   hole
--   one row: one channel, marketplace and month
with spoken as (
    select
        coalesce(message_keys.channel, '') as channel,
        coalesce(message_keys.marketplace, '') as marketplace,
        strftime(date_trunc('month', timezone($timezone, message_keys.sent_at)), '%Y-%m') as month,
        count(*) filter (where message_keys.direction = 'inbound') as messages_in,
        count(*) filter (where message_keys.direction = 'outbound') as messages_sent,
        count(*) filter (where message_keys.direction = 'internal') as messages_staff,
        count(*) filter (where message_keys.direction = 'unknown') as messages_unknown
    from message_keys
    group by
        coalesce(message_keys.channel, ''),
        coalesce(message_keys.marketplace, ''),
        date_trunc('month', timezone($timezone, message_keys.sent_at))
),

expected as (
    select
        coalesce(orders.marketplace, '') as marketplace,
        strftime(date_trunc('month', timezone($timezone, orders.ordered_at)), '%Y-%m') as month
    from orders
    group by
        coalesce(orders.marketplace, ''),
        date_trunc('month', timezone($timezone, orders.ordered_at))
    union
    select
        coalesce(review_events.marketplace, '') as marketplace,
        strftime(date_trunc('month', timezone($timezone, review_events.occurred_at)), '%Y-%m')
            as month
    from review_events
    group by
        coalesce(review_events.marketplace, ''),
        date_trunc('month', timezone($timezone, review_events.occurred_at))
),

spans as (
    select
        spoken.channel,
        spoken.marketplace,
        min(spoken.month) as first_month,
        max(spoken.month) as last_month,
        sum(
            spoken.messages_in + spoken.messages_sent + spoken.messages_staff
            + spoken.messages_unknown
        )
        / cast(count(*) as double) as a_month
    from spoken
    group by spoken.channel, spoken.marketplace
),

months as (
    select
        spans.channel,
        spans.marketplace,
        spans.a_month,
        unnest(
            generate_series(
                cast(spans.first_month || '-01' as date),
                cast(spans.last_month || '-01' as date),
                interval 1 month
            )
        ) as month_start
    from spans
),

holes as (
    select
        months.channel,
        months.marketplace,
        strftime(months.month_start, '%Y-%m') as month,
        0 as messages_in,
        0 as messages_sent,
        0 as messages_staff,
        0 as messages_unknown,
        case
            when months.a_month < 3
                then 'no message, though there are some before and after: missing or not used'
            else
                'no message, though there are '
                || cast(cast(round(months.a_month) as bigint) as varchar)
                || ' a month before and after'
        end as hole
    from months
    left join spoken
        on
            months.channel = spoken.channel
            and months.marketplace = spoken.marketplace
            and strftime(months.month_start, '%Y-%m') = spoken.month
    where spoken.month is null
),

heard as (
    select
        spoken.marketplace,
        spoken.month
    from spoken
    union
    select
        '' as marketplace,
        spoken.month
    from spoken
    union
    select
        holes.marketplace,
        holes.month
    from holes
),

silent as (
    select
        '' as channel,
        expected.marketplace,
        expected.month,
        0 as messages_in,
        0 as messages_sent,
        0 as messages_staff,
        0 as messages_unknown,
        'orders or reviews, but no message at all' as hole
    from expected
    left join heard
        on
            expected.marketplace = heard.marketplace
            and expected.month = heard.month
    where heard.month is null
)

select
    spoken.*,
    '' as hole
from spoken
union all
select * from holes
union all
select * from silent
order by month, channel, marketplace
