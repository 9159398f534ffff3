-- raw_context_events: what changed around the seller: feature launch, training, policy update, staff change, control.
-- why: root cause needs the things that were new, and the measures that were in force.
create or replace table raw_context_events (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    occurred_at timestamptz not null,
    kind varchar not null,
    title varchar not null,
    detail varchar
)
