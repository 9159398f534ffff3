-- promises: what the seller side promised or paid in words, with the amount where exactly one is named.
-- why: promised money is held against booked money; where a sentence names no amount, or several,
--   none is guessed. 1.234,56 and 1,234.56 are told apart by the last separator: two digits behind
--   it are cents. A dollar sign is the order's currency where that is a dollar.
-- reads: said, messages, case_orders, orders, violating_threads
-- emits: case_id, message_id, sent_at, kind, amount, currency, n_amounts, sentence
--   one row: one promise in one message
with spoken as (
    select distinct
        said.case_id,
        said.message_id,
        said.sent_at,
        said.matched_in,
        said.match_start,
        said.match_end,
        case said.signal
            when 'refund_offered' then 'refund'
            when 'outside_payment' then 'outside payment'
            else 'gift'
        end as kind
    from said
    inner join violating_threads
        on said.case_id = violating_threads.case_id
    where
        said.signal in ('refund_offered', 'outside_payment', 'compensation_offered')
        and said.direction = 'outbound'
        and said.strength = 'sure'
),

texts as (
    select
        spoken.*,
        case
            when spoken.matched_in = 'subject' then messages.subject
            else messages.body
        end as full_text
    from spoken
    inner join messages
        on spoken.message_id = messages.message_id
),

sentences as (
    select distinct
        texts.case_id,
        texts.message_id,
        texts.sent_at,
        texts.kind,
        trim(
            string_split_regex(
                substr(texts.full_text, 1, texts.match_start), '[.!?]+\s+|[。！？\n]+'
            )[-1]
            || substr(
                texts.full_text, texts.match_start + 1, texts.match_end - texts.match_start
            )
            || string_split_regex(
                substr(texts.full_text, texts.match_end + 1), '[.!?]+\s+|[.!?]+$|[。！？\n]+'
            )[1]
        ) as sentence
    from texts
),

amounts as (
    select
        sentences.*,
        list_distinct(
            regexp_extract_all(
                sentences.sentence,
                '(?:£|€|\$|GBP|EUR|USD|PLN|SEK|TRY|JPY|CNY)\s?[0-9][0-9.,]*'
                || '|[0-9][0-9.,]*\s?(?:£|€|\$|GBP|EUR|USD|PLN|zł|SEK|kr|TRY|TL|JPY|円|CNY|元)'
            )
        ) as found
    from sentences
),

parsed as (
    select
        amounts.*,
        len(amounts.found) as n_amounts,
        case
            when len(amounts.found) = 1
                then trim(regexp_extract(amounts.found[1], '[0-9][0-9.,]*'), '.,')
        end as digits,
        case when len(amounts.found) = 1 then amounts.found[1] end as named
    from amounts
),

order_currencies as (
    select
        case_orders.case_id,
        min(orders.currency) as currency
    from case_orders
    inner join orders
        on case_orders.order_id = orders.order_id
    group by case_orders.case_id
)

select
    parsed.case_id,
    parsed.message_id,
    parsed.sent_at,
    parsed.kind,
    try_cast(
        case
            when regexp_matches(parsed.digits, '[.,][0-9]{2}$')
                then substr(
                    replace(replace(parsed.digits, '.', ''), ',', ''), 1,
                    length(replace(replace(parsed.digits, '.', ''), ',', '')) - 2
                ) || '.' || right(parsed.digits, 2)
            when regexp_matches(parsed.digits, '[.,][0-9]$')
                then substr(
                    replace(replace(parsed.digits, '.', ''), ',', ''), 1,
                    length(replace(replace(parsed.digits, '.', ''), ',', '')) - 1
                ) || '.' || right(parsed.digits, 1)
            else replace(replace(parsed.digits, '.', ''), ',', '')
        end as decimal(18, 4)
    ) as amount,
    case
        when parsed.named is null then null
        when parsed.named like '%£%' then 'GBP'
        when parsed.named like '%€%' then 'EUR'
        when parsed.named like '%$%' and order_currencies.currency like '%D'
            then order_currencies.currency
        when parsed.named like '%$%' then 'USD'
        when parsed.named like '%zł%' then 'PLN'
        when parsed.named like '%kr%' then 'SEK'
        when parsed.named like '%TL%' then 'TRY'
        when parsed.named like '%円%' then 'JPY'
        when parsed.named like '%元%' then 'CNY'
        else regexp_extract(parsed.named, '[A-Z]{3}')
    end as currency,
    parsed.n_amounts,
    parsed.sentence
from parsed
left join order_currencies
    on parsed.case_id = order_currencies.case_id
order by parsed.sent_at, parsed.message_id, parsed.kind, parsed.sentence
