-- decisions: what a person decided of a finding or a queue entry; append-only, the latest row per id wins.
-- why: decisions survive a re-import and expire; the history is kept. row_no is a row's place in time.
create or replace table decisions (
    finding_id varchar not null,
    decision varchar not null,
    reason varchar not null,
    note varchar not null,
    decided_by varchar not null,
    decided_at timestamptz,
    expires_on date,
    row_no bigint not null
)
