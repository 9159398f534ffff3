"""A conversation's steps: messages, and the review events, refunds and notices between them."""

from dataclasses import dataclass

import polars as pl

from pipeline.report.columns import joined, place, said, written
from pipeline.report.cutting import cut_all
from pipeline.report.marks import step_text
from pipeline.report.shown import Shown
from pipeline.report.stencil import Stencils
from pipeline.report.tables import anchor
from pipeline.report.words import Words

_CONVERSATION = "shown_in"


@dataclass(frozen=True)
class Talk:
    """What some conversations are drawn from.

    The messages of `shown` have the `anchor` each is shown under; `boxes` is the findings' markup.
    """

    shown: Shown
    spans: pl.DataFrame
    notices: pl.DataFrame
    boxes: pl.DataFrame


def find_anchors(messages: pl.DataFrame, hrefs: pl.DataFrame) -> pl.DataFrame:
    """Return the fragment of each message; one that is shown again has none the second time.

    A message of another flagged thread of the case is `elsewhere`: it is shown there. Columns:
    `shown_in`, `message_id`, `elsewhere`, `anchor`.
    """
    other = hrefs.select(thread_id="thread_id", elsewhere="href")
    found = messages.join(other, on="thread_id", how="left", maintain_order="left").with_columns(
        elsewhere=pl.when(pl.col("thread_id") != pl.col(_CONVERSATION)).then("elsewhere")
    )
    found = written(found, ["message_id"], "name", lambda name: anchor("M", name))
    here = pl.col("elsewhere").is_null()
    first = pl.col("message_id").is_first_distinct().over(here)
    anchors = found.with_columns(anchor=pl.when(here & first).then("name").otherwise(pl.lit("")))
    kept = [_CONVERSATION, "message_id"]
    return anchors.select(*kept, "elsewhere", "anchor").unique(
        kept, keep="first", maintain_order=True
    )


def build_talk(talk: Talk, words: Words, stencils: Stencils) -> pl.DataFrame:
    """Return each conversation's steps: `shown_in`, `html_steps`, `first_second`, `last_second`."""
    steps = pl.concat(
        [
            _messages(talk, words, stencils),
            _elsewhere(talk, words),
            _events(talk.shown.steps, words),
        ],
        how="diagonal",
    )
    bounds = steps.group_by(_CONVERSATION).agg(
        first_second=pl.col("second").min(), last_second=pl.col("second").max()
    )
    steps = pl.concat([steps, _notices(talk.notices, bounds, words)], how="diagonal")
    steps = _in_order(steps, words)
    steps = steps.with_columns(html=_drawn(steps, stencils))
    lists = steps.group_by(_CONVERSATION, maintain_order=True).agg(
        html_steps=pl.col("html").str.join("")
    )
    return lists.join(bounds, on=_CONVERSATION)


def _messages(talk: Talk, words: Words, stencils: Stencils) -> pl.DataFrame:
    rows = talk.shown.messages.filter(pl.col("elsewhere").is_null()).with_row_index("row")
    own = pl.col("thread_id") == pl.col(_CONVERSATION)
    rows = rows.join(talk.boxes, on="message_id", how="left", maintain_order="left")
    rows = rows.with_columns(
        html_findings=pl.when(own).then("html_findings").fill_null(""),
        subject_marked=(own & pl.col("subject_marked")).fill_null(value=False),
    )
    rows = rows.join(_bodies(rows, talk, stencils), on="row", how="left", maintain_order="left")
    undelivered = pl.when(~pl.col("delivered")).then(pl.lit(words("thread.undelivered")))
    return rows.select(
        _CONVERSATION,
        "second",
        "day",
        "clock",
        "iso",
        "anchor",
        "html_findings",
        "subject_marked",
        kind=pl.col("direction").fill_null("unknown"),
        event=pl.lit(value=False),
        flagged=pl.col("html_findings") != "",
        who=_who(words),
        subject=pl.col("subject").fill_null(""),
        html_body=pl.col("html_body").fill_null(""),
        text=pl.when(pl.col("html_body").is_null()).then(pl.lit(words("thread.empty_body"))),
        note=pl.when(~own).then(said(words, "thread.other_thread", id=pl.col("thread_id"))),
        meta=joined([pl.col("utc") + " UTC", "channel", undelivered, place()], " · "),
    )


def _bodies(rows: pl.DataFrame, talk: Talk, stencils: Stencils) -> pl.DataFrame:
    """Return the markup of each message's text: `row`, `html_body`."""
    keys = rows.select("row", "message_id", _CONVERSATION, "thread_id")
    if talk.shown.pieces is None:
        own = keys.filter(pl.col("thread_id") == pl.col(_CONVERSATION))
        segments = keys.join(talk.shown.segments, on="message_id", maintain_order="right")
        spans = own.join(talk.spans, on="message_id", maintain_order="right")
        pieces = cut_all(rows, segments, spans)
    else:
        on = ["message_id", _CONVERSATION]
        pieces = keys.join(talk.shown.pieces, on=on, maintain_order="right")
    alone = (pl.col("row") != pl.col("row").shift()).fill_null(value=True) & (
        pl.col("row") != pl.col("row").shift(-1)
    ).fill_null(value=True)
    pieces = pieces.with_columns(html_words=stencils["piece"].fill(pieces), alone=alone)
    whole = pieces.filter("alone")
    blocks = (
        pieces.filter(~pl.col("alone"))
        .group_by("row", "block", "kind", maintain_order=True)
        .agg(html_words=pl.col("html_words").str.join(""))
    )
    blocks = blocks.with_columns(html=stencils["block"].fill(blocks))
    several = blocks.group_by("row").agg(html_body=pl.col("html").str.join(""))
    return pl.concat([whole.select("row", html_body=stencils["block"].fill(whole)), several])


def _who(words: Words) -> pl.Expr:
    sides = {"inbound": "buyer", "outbound": "seller", "internal": "internal"}
    side = pl.col("direction").replace_strict(
        {key: words(f"thread.{name}") for key, name in sides.items()},
        default=words("thread.unknown"),
    )
    ours = pl.col("direction").is_in(["outbound", "internal"])
    return joined([side, pl.when(ours).then("operator").otherwise("sender")], " · ")


def _elsewhere(talk: Talk, words: Words) -> pl.DataFrame:
    """Return the messages of the case's other flagged threads as links to where they stand."""
    return talk.shown.messages.filter(pl.col("elsewhere").is_not_null()).select(
        _CONVERSATION,
        "second",
        "day",
        "clock",
        "iso",
        anchor=pl.lit(""),
        kind=pl.lit("other"),
        event=pl.lit(value=True),
        who=pl.lit(""),
        text=said(words, "thread.other_flagged", id=pl.col("thread_id")),
        link="elsewhere",
    )


def _events(events: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return review events and refunds."""
    columns = ["event_type", "rating", "amount", "currency"]
    found = written(
        events.filter(pl.col("second").is_not_null()),
        columns,
        "text",
        lambda *what: step_text(words, *what),
    )
    names = {kind: words(f"thread.{kind}") for kind in ("review", "refund")}
    return found.select(
        _CONVERSATION,
        "second",
        "day",
        "clock",
        "iso",
        "kind",
        "text",
        anchor=pl.lit(""),
        event=pl.lit(value=True),
        who=pl.col("kind").replace(names),
        note=joined(["title", "body"], ": "),
    )


def _notices(notices: pl.DataFrame, bounds: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return the notices that came while a conversation went on."""
    during = bounds.join_where(
        notices,
        pl.col("second") > pl.col("first_second"),
        pl.col("second") < pl.col("last_second"),
    )
    during = written(during, ["notice_id"], "link", lambda name: "#" + anchor("N", name))
    names = {str(key): str(name) for key, name in words.entry("kind").items()}
    return during.select(
        _CONVERSATION,
        "second",
        "day",
        "clock",
        "iso",
        "link",
        anchor=pl.lit(""),
        kind=pl.lit("notice"),
        event=pl.lit(value=True),
        who=pl.col("kind").replace(names),
        text=pl.col("subject"),
    )


def _in_order(steps: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Sort the steps, say how long after the one before each came, tell each subject once."""
    gap = (pl.col("second") - pl.col("second").shift().over(_CONVERSATION) + 30) // 60
    steps = steps.sort(_CONVERSATION, "second", "kind", "anchor", maintain_order=True).with_columns(
        minutes=gap
    )
    steps = written(steps, ["minutes"], "lag", lambda n: "" if n is None else words.lag(n))
    told = pl.when(pl.col("subject") != "").then("subject")
    before = told.forward_fill().over(_CONVERSATION).shift().over(_CONVERSATION)
    again = (pl.col("subject") == before) & ~pl.col("subject_marked")
    return steps.with_columns(subject=pl.when(again).then(pl.lit("")).otherwise("subject"))


def _drawn(steps: pl.DataFrame, stencils: Stencils) -> pl.Series:
    """Return the markup of each step, in the steps' order."""
    steps = steps.with_row_index("place")
    filled = []
    for name, event in (("message", False), ("event", True)):
        part = steps.filter(pl.col("event") == event)
        filled.append(part.select("place", html=stencils[name].fill(part)))
    return pl.concat(filled).sort("place").get_column("html")
