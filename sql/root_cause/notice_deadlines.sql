-- notice_deadlines: by when each notice wants an answer, and the words that say so.
-- why: an appeal stands or falls with its deadline. Hours and days count from the notice; working days
--   leave out Saturday and Sunday, holidays are not known here; a day that is named ends at midnight
--   of the seller's clock. Where a notice names none, or in words not known here, it has no row.
-- reads: notices, deadline_words
-- emits: notice_id, deadline_at, deadline_text  one row: one notice with a deadline
with texts as (
    select
        notices.notice_id,
        notices.received_at,
        extract(isodow from timezone($timezone, notices.received_at)) as weekday,
        regexp_replace(
            lower(coalesce(notices.subject, '') || ' ' || coalesce(notices.body, '')),
            '\s+', ' ', 'g'
        ) as words
    from notices
),

spans as (
    select
        texts.notice_id,
        texts.received_at,
        texts.weekday,
        deadline_words.unit,
        deadline_words.place,
        regexp_extract(texts.words, deadline_words.pattern) as deadline_text
    from texts
    cross join deadline_words
),

numbered as (
    select
        spans.*,
        try_cast(regexp_extract(spans.deadline_text, '[0-9]+') as integer) as n
    from spans
    where spans.deadline_text <> ''
),

named as (
    select
        texts.notice_id,
        texts.received_at,
        regexp_extract(
            texts.words,
            '(?:by|before|until|no later than|bis|bis zum|avant le|entro il|antes del) ('
            || '[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}'
            || '|[0-9]{1,2} [a-z]{3,9} [0-9]{4}|[a-z]{3,9} [0-9]{1,2},? [0-9]{4})',
            1
        ) as deadline_text
    from texts
),

dated as (
    select
        named.notice_id,
        named.deadline_text,
        try_strptime(
            replace(named.deadline_text, ',', ''),
            ['%Y-%m-%d', '%d.%m.%Y', '%d %B %Y', '%d %b %Y', '%B %d %Y', '%b %d %Y']
        ) as day
    from named
),

final as (
    select
        numbered.notice_id,
        numbered.deadline_text,
        numbered.place,
        case numbered.unit
            when 'hour' then numbered.received_at + numbered.n * interval 1 hour
            when 'day' then numbered.received_at + numbered.n * interval 1 day
            else
                numbered.received_at
                + (
                    numbered.n
                    + 2 * floor((least(numbered.weekday, 5) + numbered.n - 1) / 5)
                    - greatest(numbered.weekday - 5, 0)
                ) * interval 1 day
        end as deadline_at
    from numbered
    union all
    select
        dated.notice_id,
        dated.deadline_text,
        4 as place,
        timezone($timezone, dated.day + interval 1 day) as deadline_at
    from dated
    where dated.day is not null
),

ranked as (
    select
        final.*,
        row_number() over (
            partition by final.notice_id order by final.place, final.deadline_at
        ) as choice
    from final
)

select
    ranked.notice_id,
    ranked.deadline_at,
    ranked.deadline_text
from ranked
where ranked.choice = 1
order by ranked.notice_id
