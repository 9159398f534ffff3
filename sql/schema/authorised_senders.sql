-- authorised_senders: who may write to buyers, and on which days (both included; null is open).
-- why: the configuration names them; outbound messages by others are reported.
create or replace table authorised_senders (
    name varchar not null,
    valid_from date,
    valid_until date
)
