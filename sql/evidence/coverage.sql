-- coverage: what the archive holds per channel, marketplace and month: both sides, one side, nothing.
-- why: a gap is never reported as clean. One-sided is also a month with a tenth as many sent as received
--   messages, and one whose mails quote messages that are not there. Notes and a chat's system lines
--   are no answers to a buyer: they count as the seller's side only where no buyer speaks.
-- reads: coverage_cells, orders, review_events, ghost_messages
-- emits: channel, marketplace, month, messages_in, messages_out, orders, reviews, status, note
--   one row: one channel, marketplace and month
with sold as (
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

ghosts as (
    select
        coalesce(ghost_messages.channel, '') as channel,
        coalesce(ghost_messages.marketplace, '') as marketplace,
        strftime(timezone($timezone, ghost_messages.quoted_at), '%Y-%m') as month,
        count(*) as n
    from ghost_messages
    group by
        coalesce(ghost_messages.channel, ''),
        coalesce(ghost_messages.marketplace, ''),
        strftime(timezone($timezone, ghost_messages.quoted_at), '%Y-%m')
),

sided as (
    select
        coverage_cells.*,
        coalesce(ghosts.n, 0) as n_ghosts,
        coverage_cells.messages_sent
        + case when coverage_cells.messages_in = 0 then coverage_cells.messages_staff else 0 end
            as messages_out,
        coverage_cells.messages_in + coverage_cells.messages_sent
        + coverage_cells.messages_staff + coverage_cells.messages_unknown as n_messages,
        case
            when coverage_cells.messages_unknown > 0
                then
                    'senders of unknown side: '
                    || cast(coverage_cells.messages_unknown as varchar)
            when coverage_cells.messages_in = 0 and coverage_cells.messages_sent = 0 then ''
            when coverage_cells.messages_sent = 0
                then 'only the buyers'' side: no sent messages'
            when coverage_cells.messages_in = 0
                then 'only the seller''s side'
            when
                coverage_cells.messages_in >= 20
                and coverage_cells.messages_sent * 10 < coverage_cells.messages_in
                then
                    'nearly only the buyers'' side: '
                    || cast(coverage_cells.messages_sent as varchar) || ' sent'
            else ''
        end as side
    from coverage_cells
    left join ghosts
        on
            coverage_cells.channel = ghosts.channel
            and coverage_cells.marketplace = ghosts.marketplace
            and coverage_cells.month = ghosts.month
)

select
    sided.channel,
    sided.marketplace,
    sided.month,
    sided.messages_in,
    sided.messages_out,
    coalesce(sold.orders, 0) as orders,
    coalesce(reviewed.reviews, 0) as reviews,
    case
        when sided.n_messages = 0 then 'none'
        when sided.side = '' and sided.n_ghosts = 0 then 'have'
        else 'partial'
    end as status,
    case when sided.n_messages = 0 then sided.hole else sided.side end
    || case when sided.side <> '' and sided.n_ghosts > 0 then '; ' else '' end
    || case
        when sided.n_ghosts > 0
            then
                'messages that survive only as quotations (derived, sent earlier): '
                || cast(sided.n_ghosts as varchar)
        else ''
    end as note
from sided
left join sold
    on sided.marketplace = sold.marketplace and sided.month = sold.month
left join reviewed
    on sided.marketplace = reviewed.marketplace and sided.month = reviewed.month
order by sided.month, sided.channel, sided.marketplace
