-- promises: what the seller side promised or paid in words, with the amount where exactly one is named.
-- why: promised money is held against booked money; where a sentence names no amount, or several,
--   none is guessed, nor where a range is. 1.234,56, 1,234.56 and 1 234,56 are told apart by the last
--   separator: one or two digits behind it are cents. A dollar sign is the order's currency where
--   that is a dollar; so are a krona's and a yen's or yuan's.
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
                '(?i)(?:£|€|\$|¥|￥|\b(?:GBP|EUR|USD|CAD|AUD|PLN|SEK|TRY|JPY|CNY))\p{Zs}?'
                || '(?:[0-9]{1,3}(?:[\p{Zs}''’][0-9]{3})+(?:[.,][0-9]{1,2})?\b|[0-9][0-9.,]*)'
                || '(?:\p{Zs}?[-–]\p{Zs}?(?:£|€|\$)?\p{Zs}?[0-9][0-9.,]*)?'
                || '|(?:[0-9]{1,3}(?:[\p{Zs}''’][0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9][0-9.,]*)'
                || '(?:\p{Zs}?[-–]\p{Zs}?[0-9][0-9.,]*)?-?\p{Zs}?'
                || '(?:£|€|\$|¥|￥|zł|円|元'
                || '|(?:GBP|EUR|USD|CAD|AUD|PLN|SEK|TRY|JPY|CNY|kr|TL|pounds?|euros?|dollars?)\b)'
            )
        ) as found
    from sentences
),

parsed as (
    select
        amounts.*,
        case
            when regexp_matches(amounts.found[1], '[0-9.,]\p{Zs}?[-–]\p{Zs}?\D?\p{Zs}?[0-9]') then 2
            else len(amounts.found)
        end as n_amounts,
        case
            when
                len(amounts.found) = 1
                and not regexp_matches(amounts.found[1], '[0-9.,]\p{Zs}?[-–]\p{Zs}?\D?\p{Zs}?[0-9]')
                then trim(
                    regexp_replace(
                        regexp_extract(amounts.found[1], '[0-9][0-9.,\p{Zs}''’]*'),
                        '[\p{Zs}''’]', '', 'g'
                    ),
                    '.,'
                )
        end as digits,
        case when len(amounts.found) = 1 then upper(amounts.found[1]) end as named
    from amounts
),

cases as (
    select distinct spoken.case_id
    from spoken
),

order_currencies as (
    select
        case_orders.case_id,
        min(orders.currency) as currency
    from cases
    inner join case_orders
        on cases.case_id = case_orders.case_id
    inner join orders
        on case_orders.order_id = orders.order_id
    group by case_orders.case_id
    having count(distinct orders.currency) = 1
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
        when regexp_matches(parsed.named, '£|POUND') then 'GBP'
        when regexp_matches(parsed.named, '€|EURO') then 'EUR'
        when regexp_matches(parsed.named, '\$|DOLLAR') and order_currencies.currency like '%D'
            then order_currencies.currency
        when regexp_matches(parsed.named, '\$|DOLLAR') then 'USD'
        when parsed.named like '%ZŁ%' then 'PLN'
        when parsed.named like '%KR%' and order_currencies.currency in ('DKK', 'NOK')
            then order_currencies.currency
        when parsed.named like '%KR%' then 'SEK'
        when parsed.named like '%TL%' then 'TRY'
        when regexp_matches(parsed.named, '¥|￥')
            then
                case
                    when order_currencies.currency in ('JPY', 'CNY')
                        then order_currencies.currency
                end
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
