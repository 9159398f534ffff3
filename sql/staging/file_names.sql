-- file_names: the name of each file by its number.
-- why: a file may hold several kinds of record; its name is needed once.
-- reads: source_files
-- emits: source_no, source_file  one row: one file
select distinct
    source_files.source_no,
    source_files.source_file
from source_files
order by source_files.source_no
