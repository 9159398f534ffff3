-- message_twins: rows that repeat a message which another source has told too.
-- why: one message counts once. Twins were written on the same side, for the same order or buyer (or
--   with a long text that either source has once), within ten minutes, and one text begins with the
--   whole of the other: the longer one counts, so that nothing said is lost.
-- reads: twin_candidates, raw_messages
-- emits: source_no, row_no, kept_source_no, kept_row_no  one row: one row that is not counted
with near as (
    select distinct
        one.source_no,
        one.row_no,
        one.family,
        other.source_no as kept_source_no,
        other.row_no as kept_row_no,
        abs(one.second - other.second) as apart
    from twin_candidates as one
    inner join twin_candidates as other
        on one.twin_key = other.twin_key
    where
        one.family <> other.family
        and abs(one.second - other.second) <= 600
        and (one.direction = other.direction or 'unknown' in (one.direction, other.direction))
        and coalesce(one.order_id, other.order_id, '') = coalesce(other.order_id, one.order_id, '')
),

worded as (
    select
        near.*,
        replace(
            replace(replace(replace(lower(raw_messages.body), ' ', ''), chr(10), ''), chr(13), ''),
            chr(160), ''
        ) as words,
        replace(
            replace(replace(replace(lower(kept.body), ' ', ''), chr(10), ''), chr(13), ''),
            chr(160), ''
        ) as kept_words
    from near
    inner join raw_messages
        on near.source_no = raw_messages.source_no and near.row_no = raw_messages.row_no
    inner join raw_messages as kept
        on near.kept_source_no = kept.source_no and near.kept_row_no = kept.row_no
),

pairs as (
    select
        worded.source_no,
        worded.row_no,
        worded.kept_source_no,
        worded.kept_row_no,
        length(worded.kept_words) as kept_length,
        row_number() over (
            partition by worded.kept_source_no, worded.kept_row_no, worded.family
            order by worded.apart, worded.source_no, worded.row_no
        ) as nearness
    from worded
    where
        starts_with(worded.kept_words, worded.words)
        and (
            length(worded.kept_words) > length(worded.words)
            or worded.kept_source_no < worded.source_no
            or (
                worded.kept_source_no = worded.source_no
                and worded.kept_row_no < worded.row_no
            )
        )
),

ranked as (
    select
        pairs.*,
        row_number() over (
            partition by pairs.source_no, pairs.row_no
            order by pairs.kept_length desc, pairs.kept_source_no, pairs.kept_row_no
        ) as choice
    from pairs
    where pairs.nearness = 1
),

chosen as (
    select
        ranked.source_no,
        ranked.row_no,
        ranked.kept_source_no,
        ranked.kept_row_no
    from ranked
    where ranked.choice = 1
)

select
    chosen.source_no,
    chosen.row_no,
    coalesce(further.kept_source_no, chosen.kept_source_no) as kept_source_no,
    coalesce(further.kept_row_no, chosen.kept_row_no) as kept_row_no
from chosen
left join chosen as further
    on chosen.kept_source_no = further.source_no and chosen.kept_row_no = further.row_no
order by chosen.source_no, chosen.row_no
