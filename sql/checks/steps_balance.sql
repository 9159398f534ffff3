-- steps_balance: steps whose rows in are not rows out, duplicates and rows in quarantine.
-- why: a row that a join loses or doubles further right is lost as surely as one that is not read.
-- reads: accounts
-- emits: step, kind, rows_in, accounted  one row: one step that does not add up
select
    accounts.step,
    accounts.kind,
    accounts.rows_in,
    accounts.rows_out + accounts.rows_duplicate + accounts.rows_quarantined as accounted
from accounts
where accounts.rows_in <> accounts.rows_out + accounts.rows_duplicate + accounts.rows_quarantined
order by accounts.step_no, accounts.kind
