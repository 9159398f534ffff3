-- raw_messages: every message row read, as the readers understood it, before duplicates are taken out.
-- why: the archive's text is evidence; body is verbatim, out of the platform's wrapper, quoted tails kept.
-- columns:
--   source_no, row_no      the file's number (order of source_file) and the row's within it: the order that counts
--   source_locator         line, row, message or member in the file, for a person to find it
--   message_id, thread_id  as given (other readers than the generic tables prefix them); null when the export has none
--   case_ref               the platform's own case id or thread token, if the export carries one
--   reply_to               message ids this one refers to, blank-separated (mail: References, In-Reply-To)
--   origin                 how it came to be, if known: sent-mail, confirmation-copy, helpdesk, review-contact, ...
--   derived                true for text that survives only in a quoted tail (a ghost): never counted as sent at that time
create or replace table raw_messages (
    source_no integer not null,
    row_no bigint not null,
    source_locator varchar not null,
    message_id varchar,
    thread_id varchar,
    sent_at timestamptz not null,
    direction varchar not null,
    sender varchar,
    recipient varchar,
    channel varchar,
    marketplace varchar,
    order_id varchar,
    asin varchar,
    subject varchar,
    body varchar not null,
    operator varchar,
    buyer_id varchar,
    case_ref varchar,
    reply_to varchar,
    delivered boolean,
    origin varchar,
    derived boolean
)
