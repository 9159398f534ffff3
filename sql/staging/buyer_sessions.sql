-- buyer_sessions: runs of one buyer's messages with at most 30 days between successive ones.
-- why: a buyer's alias joins messages for a while, not for years. Only aliases and addresses join:
--   a plain name is shared by many people, so it must hold an @ or a digit. A robot's address, or
--   one of the platform's own, is nobody's: it would join every order it ever wrote about.
-- reads: messages_base
-- emits: message_id, session_id  one row: one message with a buyer's alias
with aliased as (
    select
        messages_base.message_id,
        messages_base.buyer_id,
        messages_base.sent_at,
        messages_base.source_no,
        messages_base.row_no
    from messages_base
    where
        regexp_matches(messages_base.buyer_id, '[@0-9]')
        and not regexp_matches(
            messages_base.buyer_id,
            '^(do-?not-?reply|no-?reply|mailer-daemon|postmaster|bounces?|notifications?)[^@]*@'
        )
        and (
            messages_base.buyer_id like '%@marketplace.amazon.%'
            or not regexp_matches(messages_base.buyer_id, '@([a-z0-9-]+[.])*amazon[.][a-z.]+$')
        )
        and not coalesce(messages_base.derived, false)
),

steps as (
    select
        aliased.*,
        case
            when
                epoch(aliased.sent_at) - epoch(
                    lag(aliased.sent_at) over (
                        partition by aliased.buyer_id
                        order by aliased.sent_at, aliased.source_no, aliased.row_no
                    )
                ) <= 30 * 86400
                then 0
            else 1
        end as starts
    from aliased
),

runs as (
    select
        steps.*,
        sum(steps.starts) over (
            partition by steps.buyer_id
            order by steps.sent_at, steps.source_no, steps.row_no
            rows between unbounded preceding and current row
        ) as run_no
    from steps
),

begun as (
    select
        runs.buyer_id,
        runs.run_no,
        min(runs.sent_at) as began_at
    from runs
    group by runs.buyer_id, runs.run_no
)

select
    runs.message_id,
    'buyer:' || runs.buyer_id || ':' || strftime(begun.began_at, '%Y-%m-%d') as session_id
from runs
inner join begun
    on runs.buyer_id = begun.buyer_id and runs.run_no = begun.run_no
order by runs.message_id
