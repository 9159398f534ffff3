-- measure_out_of_time: measures told as done before their day, and promises whose day is over.
-- why: "in force since next month" and "planned for last year" are read as not meant.
-- reads: measures, archive
-- emits: remark, table_name, row_id, detail  one row: one measure
select
    'measure out of time' as remark,
    'measures' as table_name,
    measures.measure_id as row_id,
    case
        when measures.status = 'done'
            then
                '"' || measures.title || '" is told as done, and its day ('
                || cast(measures.measured_on as varchar) || ') is still to come'
        else
            '"' || measures.title || '" is promised for '
            || cast(measures.measured_on as varchar) || ', which is over: is it done?'
    end as detail
from measures
cross join archive
where
    case
        when measures.status = 'done' then measures.measured_on > archive.made_on
        else measures.measured_on < archive.made_on
    end
order by row_id
