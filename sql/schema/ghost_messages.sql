-- ghost_messages: messages that survive only as a quotation in a later one.
-- why: the only copy of a violating message may be the quoted tail below the buyer's answer. When it was
--   sent is not known, so it is counted nowhere as sent; it is shown, and its asks go to the queue.
-- columns:
--   message_id, quoted_at      the message that quotes it, and when that was sent: it is older than that
--   quoted_level               1: quoted directly; 2: quoted in the quotation; ...
--   direction                  by the address it is said to come from, else by whom the quoting message answers
--   said_by                    what the mail program says above it, verbatim
--   body, quoted_start, quoted_end  its words, and the stretch of the quoting body they stand in (code points)
--   asks                       the signals in it, sorted and joined by ';'
create or replace table ghost_messages (
    ghost_id varchar not null,
    message_id varchar not null,
    thread_id varchar not null,
    case_id varchar not null,
    quoted_at timestamptz not null,
    quoted_level integer not null,
    direction varchar not null,
    said_by varchar not null,
    body varchar not null,
    quoted_start integer not null,
    quoted_end integer not null,
    asks varchar not null,
    channel varchar,
    marketplace varchar,
    order_id varchar,
    buyer_id varchar,
    source_file varchar not null,
    source_locator varchar not null,
    derived boolean not null
)
