-- coverage: what the archive holds per channel, marketplace and month: both sides, one side, nothing.
-- why: a gap is never reported as clean: named are a month with orders and no messages, and a month
--   in which a channel falls silent that speaks before and after it.
-- reads: message_keys, orders, review_events
-- emits: channel, marketplace, month, messages_in, messages_out, orders, reviews, status, note
--   one row: one channel, marketplace and month
with spoken as (
    select
        coalesce(message_keys.channel, '') as channel,
        coalesce(message_keys.marketplace, '') as marketplace,
        strftime(timezone($timezone, message_keys.sent_at), '%Y-%m') as month,
        count(*) filter (where message_keys.direction = 'inbound') as messages_in,
        count(*) filter (where message_keys.direction in ('outbound', 'internal')) as messages_out,
        count(*) filter (where message_keys.direction = 'unknown') as messages_unknown
    from message_keys
    group by
        coalesce(message_keys.channel, ''),
        coalesce(message_keys.marketplace, ''),
        strftime(timezone($timezone, message_keys.sent_at), '%Y-%m')
),

sold as (
    select
        coalesce(orders.marketplace, '') as marketplace,
        strftime(timezone($timezone, orders.ordered_at), '%Y-%m') as month,
        count(*) as orders
    from orders
    group by
        coalesce(orders.marketplace, ''),
        strftime(timezone($timezone, orders.ordered_at), '%Y-%m')
),

reviewed as (
    select
        coalesce(review_events.marketplace, '') as marketplace,
        strftime(timezone($timezone, review_events.occurred_at), '%Y-%m') as month,
        count(*) as reviews
    from review_events
    group by
        coalesce(review_events.marketplace, ''),
        strftime(timezone($timezone, review_events.occurred_at), '%Y-%m')
),

expected as (
    select
        sold.marketplace,
        sold.month
    from sold
    union
    select
        reviewed.marketplace,
        reviewed.month
    from reviewed
),

spans as (
    select
        spoken.channel,
        spoken.marketplace,
        min(spoken.month) as first_month,
        max(spoken.month) as last_month,
        sum(spoken.messages_in + spoken.messages_out + spoken.messages_unknown)
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
        0 as messages_out,
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
        0 as messages_out,
        0 as messages_unknown,
        'orders or reviews, but no message at all' as hole
    from expected
    left join heard
        on
            expected.marketplace = heard.marketplace
            and expected.month = heard.month
    where heard.month is null
),

cells as (
    select
        spoken.*,
        '' as hole
    from spoken
    union all
    select * from holes
    union all
    select * from silent
)

select
    cells.channel,
    cells.marketplace,
    cells.month,
    cells.messages_in,
    cells.messages_out,
    coalesce(sold.orders, 0) as orders,
    coalesce(reviewed.reviews, 0) as reviews,
    case
        when cells.messages_in + cells.messages_out + cells.messages_unknown = 0 then 'none'
        when cells.messages_unknown > 0 then 'partial'
        when cells.messages_in > 0 and cells.messages_out > 0 then 'have'
        when cells.channel = 'internal-chat' then 'have'
        else 'partial'
    end as status,
    case
        when cells.messages_in + cells.messages_out + cells.messages_unknown = 0
            then cells.hole
        when cells.messages_unknown > 0
            then 'senders of unknown side: ' || cast(cells.messages_unknown as varchar)
        when cells.channel <> 'internal-chat' and cells.messages_out = 0
            then 'only the buyers'' side: no sent messages'
        when cells.channel <> 'internal-chat' and cells.messages_in = 0
            then 'only the seller''s side'
        else ''
    end as note
from cells
left join sold
    on cells.marketplace = sold.marketplace and cells.month = sold.month
left join reviewed
    on cells.marketplace = reviewed.marketplace and cells.month = reviewed.month
order by cells.month, cells.channel, cells.marketplace
