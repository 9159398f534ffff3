-- past_notices: every notice of the archive.
-- why: what is sent after a warning weighs more.
-- reads: notices
-- emits: *  one row: one notice
select notices.*
from notices
