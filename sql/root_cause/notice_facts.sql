-- notice_facts: every notice with its class, what it alleges, its deadline, and the numbers before
--   and after it.
-- why: what the platform said, when, and what the seller side did after it is the question an appeal
--   turns on. alleged is what the notice's own words name, review-manipulation where they name the
--   reviews policy without a practice, empty where they name nothing we know.
-- reads: notices, notice_words, notice_deadlines, judged, message_keys
-- emits: notice_id, received_at, kind, class, alleged, deadline_at, subject, flagged_before,
--   flagged_after, threads_before, threads_after, outbound_before, outbound_after, first_after_at,
--   days_to_first_after, reading, limits, deadline_text, flagged_same_day  one row: one notice
with texts as (
    select
        notices.notice_id,
        notices.received_at,
        notices.kind,
        notices.subject,
        lower(coalesce(notices.subject, '') || ' ' || coalesce(notices.body, '')) as words
    from notices
),

said_words as (
    select distinct
        texts.notice_id,
        notice_words.says
    from texts
    inner join notice_words
        on contains(texts.words, notice_words.words)
),

classes as (
    select
        said_words.notice_id,
        bool_or(said_words.says = 'at-risk') as at_risk,
        bool_or(said_words.says = 'appeal-rejected') as rejected,
        bool_or(said_words.says = 'deactivation') as deactivated,
        bool_or(said_words.says = 'reinstatement') as reinstated,
        array_to_string(
            list_sort(
                list(replace(said_words.says, 'alleges:', ''))
                filter (said_words.says like 'alleges:%')
            ), ';'
        ) as alleged
    from said_words
    group by said_words.notice_id
),

live as (
    select distinct
        judged.message_id,
        judged.thread_id,
        judged.sent_at
    from judged
    where judged.status <> 'dismissed'
),

flagged as (
    select
        texts.notice_id,
        count(*) filter (where live.sent_at <= texts.received_at) as flagged_before,
        count(*) filter (where live.sent_at > texts.received_at) as flagged_after,
        count(distinct live.thread_id) filter (
            where live.sent_at <= texts.received_at
        ) as threads_before,
        count(distinct live.thread_id) filter (
            where live.sent_at > texts.received_at
        ) as threads_after,
        count(*) filter (
            where
            cast(timezone($timezone, live.sent_at) as date)
            = cast(timezone($timezone, texts.received_at) as date)
        ) as flagged_same_day,
        min(live.sent_at) filter (where live.sent_at > texts.received_at) as first_after_at
    from texts
    cross join live
    group by texts.notice_id
),

sent_days as (
    select
        epoch_us(message_keys.sent_at) // 86400000000 as day_no,
        count(*) as n_sent
    from message_keys
    where
        message_keys.direction = 'outbound'
        and message_keys.sent_at >= $since_at
        and message_keys.sent_at < $until_at
    group by epoch_us(message_keys.sent_at) // 86400000000
),

notice_days as (
    select
        texts.notice_id,
        texts.received_at,
        epoch_us(texts.received_at) // 86400000000 as day_no
    from texts
),

on_the_day as (
    select
        notice_days.notice_id,
        count(*) as n_sent
    from notice_days
    inner join message_keys
        on notice_days.day_no = epoch_us(message_keys.sent_at) // 86400000000
    where
        message_keys.direction = 'outbound'
        and message_keys.sent_at >= $since_at
        and message_keys.sent_at < $until_at
        and message_keys.sent_at <= notice_days.received_at
    group by notice_days.notice_id
),

days_before as (
    select
        notice_days.notice_id,
        sum(sent_days.n_sent) as n_sent
    from notice_days
    inner join sent_days
        on notice_days.day_no > sent_days.day_no
    group by notice_days.notice_id
),

all_days as (
    select coalesce(sum(sent_days.n_sent), 0) as n_sent
    from sent_days
),

counted as (
    select
        texts.notice_id,
        coalesce(days_before.n_sent, 0) + coalesce(on_the_day.n_sent, 0) as outbound_before,
        all_days.n_sent as outbound_all
    from texts
    cross join all_days
    left join days_before
        on texts.notice_id = days_before.notice_id
    left join on_the_day
        on texts.notice_id = on_the_day.notice_id
),

sent as (
    select
        counted.notice_id,
        cast(counted.outbound_before as bigint) as outbound_before,
        cast(counted.outbound_all - counted.outbound_before as bigint) as outbound_after
    from counted
),

final as (
    select
        texts.notice_id,
        texts.received_at,
        texts.kind,
        case
            when texts.kind = 'reinstatement' then 'reinstatement'
            when texts.kind = 'deactivation' and coalesce(classes.rejected, false)
                then 'appeal-rejected'
            when texts.kind = 'deactivation' then 'deactivation'
            when coalesce(classes.rejected, false) then 'appeal-rejected'
            when coalesce(classes.at_risk, false) then 'at-risk'
            when texts.kind = 'other' and coalesce(classes.reinstated, false)
                then 'reinstatement'
            when texts.kind = 'other' and coalesce(classes.deactivated, false)
                then 'deactivation'
            else texts.kind
        end as class,
        coalesce(classes.alleged, '') as alleged,
        notice_deadlines.deadline_at,
        notice_deadlines.deadline_text,
        texts.subject,
        coalesce(flagged.flagged_before, 0) as flagged_before,
        coalesce(flagged.flagged_after, 0) as flagged_after,
        coalesce(flagged.threads_before, 0) as threads_before,
        coalesce(flagged.threads_after, 0) as threads_after,
        coalesce(sent.outbound_before, 0) as outbound_before,
        coalesce(sent.outbound_after, 0) as outbound_after,
        flagged.first_after_at,
        coalesce(flagged.flagged_same_day, 0) as flagged_same_day,
        timezone($timezone, texts.received_at)
        = date_trunc('day', timezone($timezone, texts.received_at)) as is_day_only
    from texts
    left join classes
        on texts.notice_id = classes.notice_id
    left join notice_deadlines
        on texts.notice_id = notice_deadlines.notice_id
    left join flagged
        on texts.notice_id = flagged.notice_id
    left join sent
        on texts.notice_id = sent.notice_id
)

select
    final.notice_id,
    final.received_at,
    final.kind,
    final.class,
    final.alleged,
    final.deadline_at,
    final.subject,
    final.flagged_before,
    final.flagged_after,
    final.threads_before,
    final.threads_after,
    final.outbound_before,
    final.outbound_after,
    final.first_after_at,
    round(
        (epoch(final.first_after_at) - epoch(final.received_at)) / 86400.0, 2
    ) as days_to_first_after,
    case
        when final.flagged_after > 0 then 'flagged messages were sent after it'
        when final.outbound_after = 0 then 'nothing was sent after it in this archive'
        else 'no flagged message after it in this archive'
    end as reading,
    'the class is read from the notice''s own words; what else it alleges is not weighed'
    || case
        when final.is_day_only and final.flagged_same_day > 0
            then
                '; it bears a day and no time: '
                || cast(final.flagged_same_day as varchar)
                || ' flagged messages of that day may have come before it'
        else ''
    end as limits,
    final.deadline_text,
    final.flagged_same_day
from final
order by final.received_at, final.notice_id
