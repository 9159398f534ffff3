-- raw_bounces: messages that came back, as a bounce or an opt-out notice names them.
-- why: what the buyer never received is no contact; the notice may lie in another file than the message.
-- columns:
--   source_no, source_locator  the row that says so
--   message_id                 the id of the message that was not delivered
create or replace table raw_bounces (
    source_no integer not null,
    source_locator varchar not null,
    message_id varchar not null
)
