-- ghost_signals: what was said in messages that survive only as a quotation, in the quoting body's places.
-- why: they are judged for the queue only: who wrote them and when is what the quotation says.
create or replace table ghost_signals (
    ghost_id varchar not null,
    message_id varchar not null,
    case_id varchar not null,
    direction varchar not null,
    signal varchar not null,
    strength varchar not null,
    match_start integer not null,
    match_end integer not null,
    score double
)
