-- cut_months: the month itself, for tables that have a row a month.
-- why: coverage of other months stands in their own folders.
-- reads: -
-- emits: month  one row: the month
select cast($month as varchar) as month
