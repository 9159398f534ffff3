-- unexplained_changes: reviews that were changed or removed without any message to the buyer that
--   the archive knows of before it.
-- why: buyers change reviews by themselves in a good share of cases, platforms remove some, and a
--   contact may lie in a channel that was not exported: these rows are for completeness, they are
--   no finding and speak against nobody. A review whose buyer cannot be told is not "without
--   contact"; found says which of the two it is.
-- reads: review_events, review_keys, case_orders, case_buyers, case_contacts, money_refunds,
--   coverage_gaps, message_keys
-- emits: event_id, review_id, event_type, occurred_at, found, rating_before, rating_after, order_id,
--   asin, buyer_id, earliest_at, latest_at, refunded_at, first_contact_at, n_missing_months,
--   reading, limits  one row: one change or removal
with changes as (
    select
        review_events.*,
        coalesce(nullif(review_events.review_id, ''), review_events.event_id) as review_ref
    from review_events
    where review_events.event_type in ('updated', 'removed')
),

changed as (
    select distinct
        review_keys.review_ref,
        review_keys.order_id,
        review_keys.buyer_id
    from review_keys
    inner join changes
        on review_keys.review_ref = changes.review_ref
),

contacts as (
    select
        changed.review_ref,
        case_contacts.contacted_at
    from changed
    inner join case_orders
        on changed.order_id = case_orders.order_id
    inner join case_contacts
        on case_orders.case_id = case_contacts.case_id
    union all
    select
        changed.review_ref,
        case_contacts.contacted_at
    from changed
    inner join case_buyers
        on changed.buyer_id = case_buyers.buyer_id
    inner join case_contacts
        on case_buyers.case_id = case_contacts.case_id
),

first_contacts as (
    select
        contacts.review_ref,
        min(contacts.contacted_at) as contacted_at
    from contacts
    group by contacts.review_ref
),

paid as (
    select
        money_refunds.order_id,
        min(money_refunds.refunded_at) as refunded_at
    from money_refunds
    group by money_refunds.order_id
),

archive as (
    select
        min(message_keys.sent_at) as from_at,
        max(message_keys.sent_at) as to_at
    from message_keys
),

silent as (
    select
        changes.*,
        review_keys.order_id as any_order,
        review_keys.buyer_id as any_buyer,
        first_contacts.contacted_at,
        paid.refunded_at,
        archive.from_at,
        archive.to_at
    from changes
    inner join review_keys
        on changes.review_ref = review_keys.review_ref
    left join first_contacts
        on changes.review_ref = first_contacts.review_ref
    left join paid
        on review_keys.order_id = paid.order_id
    cross join archive
    where first_contacts.contacted_at is null or first_contacts.contacted_at > changes.occurred_at
),

gaps as (
    select
        silent.event_id,
        count(*) as n_months
    from silent
    inner join coverage_gaps
        on
            coverage_gaps.from_at <= silent.occurred_at
            and coverage_gaps.to_at
            >= silent.occurred_at - $window_days * interval 1 day
    group by silent.event_id
),

final as (
    select
        silent.*,
        coalesce(gaps.n_months, 0) as n_missing_months,
        case
            when silent.any_order is null and silent.any_buyer is null
                then 'buyer unknown'
            when
                silent.occurred_at < silent.from_at
                or silent.occurred_at > silent.to_at + $window_days * interval 1 day
                then 'outside the archive'
            when gaps.n_months > 0 then 'archive incomplete'
            else 'no contact found'
        end as found
    from silent
    left join gaps
        on silent.event_id = gaps.event_id
)

select
    final.event_id,
    final.review_id,
    final.event_type,
    final.occurred_at,
    final.found,
    final.previous_rating as rating_before,
    case when final.event_type = 'removed' then null else final.rating end as rating_after,
    final.any_order as order_id,
    final.asin,
    final.any_buyer as buyer_id,
    final.earliest_at,
    final.latest_at,
    final.refunded_at,
    final.contacted_at as first_contact_at,
    final.n_missing_months,
    case
        when final.found = 'buyer unknown'
            then 'neither order nor buyer is known, so no contact could have been found'
        when final.found = 'outside the archive'
            then 'changed where the archive holds no messages'
        when final.found = 'archive incomplete'
            then 'no contact found, but sent messages of the time are missing'
        when final.refunded_at <= final.occurred_at
            then 'changed after a refund, with no message found'
        else 'changed with no message found: unexplained, which is common'
    end as reading,
    'n is this one event; buyers and platforms change reviews without any contact' as limits
from final
order by final.occurred_at, final.event_id
