-- deadline_words: how platforms say by when they want an answer, in the languages they write in.
-- why: "within 72 hours" and "72時間以内" are one thing; a working day is not a day. before holds what
--   stands before the number, units what stands behind it (or, in some languages, around it).
-- reads: -
-- emits: unit, place, pattern  one row: one unit and way of saying it; the smallest place counts
select
    listed.unit,
    listed.place,
    case
        when listed.is_behind then '[0-9]{1,3} ?(?:' || listed.units || ')'
        else
            '(?:within|in the next|innerhalb von|binnen|sous|dans les|dans un délai de|entro|inom'
            || '|en un plazo de|dentro de|no prazo de|w ciągu) [0-9]{1,3}[ -]?(?:'
            || listed.units || ')'
    end as pattern
from (
    values
    ('hour', 1, false, 'hours|stunden|heures|ore|horas|uur|godzin|timmar'),
    ('hour', 1, true, 'saat içinde|時間以内|小时内|小時內'),
    ('working day', 2, false, '(?:business|working) days|werktagen|arbeitstagen'),
    ('working day', 2, false, 'jours (?:ouvrables|ouvrés)|giorni lavorativi|dni roboczych'),
    ('working day', 2, false, 'días (?:hábiles|laborables)|dias úteis|werkdagen|arbetsdagar'),
    ('working day', 2, true, 'iş günü içinde|営業日以内|个工作日内|個工作天內'),
    ('day', 3, false, '(?:calendar )?days|tagen|jours|giorni|días|dias|dagen|dni|dagar'),
    ('day', 3, true, 'gün içinde|日以内|天内|天內')
) as listed (unit, place, is_behind, units)
order by listed.place, pattern
