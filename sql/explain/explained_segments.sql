-- explained_segments: the stretches of the message's body.
-- why: only what its sender wrote is judged, so a quoted ask says nothing here.
-- reads: segments
-- emits: segment_start, segment_end, kind  one row: one stretch
select
    segments.segment_start,
    segments.segment_end,
    segments.kind
from segments
where segments.message_id = $message
order by segments.segment_start
