-- warnings: what was decided while reading, one row a decision, e.g. a repeated hour read as the first.
-- why: a reader of the evidence must be able to see every assumption.
create or replace table warnings (
    source_no integer not null,
    source_locator varchar not null,
    warning varchar not null
)
