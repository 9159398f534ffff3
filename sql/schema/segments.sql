-- segments: who says what within a body: own, quoted, signature or boilerplate stretches, covering it.
-- why: only own text is what the sender says there; offsets are code points of messages.body.
create or replace table segments (
    message_id varchar not null,
    segment_start integer not null,
    segment_end integer not null,
    kind varchar not null
)
