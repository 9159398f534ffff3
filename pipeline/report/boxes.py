"""The boxes under a flagged message: one finding each, with its clause and its citation."""

from collections.abc import Iterable, Mapping
from functools import partial

import polars as pl

from pipeline.report.columns import flat, joined, place, said, written
from pipeline.report.pieces import MAYBE_DISGUISED, as_read
from pipeline.report.stencil import Stencils
from pipeline.report.tables import Row, anchor
from pipeline.report.words import Words


def file_hashes(sources: Iterable[Row]) -> dict[str, str]:
    """Return each input file's SHA-256."""
    return {str(row["source_file"]): str(row["sha256"] or "") for row in sources}


def build_boxes(
    findings: pl.DataFrame,
    alike: pl.DataFrame,
    hashes: Mapping[str, str],
    words: Words,
    stencils: Stencils,
) -> pl.DataFrame:
    """Return the markup of each flagged message's findings: `message_id`, `html_findings`.

    `alike` is what `find_alike` says of all findings, `hashes` what `file_hashes` returned.
    """
    policies = words.entry("policy")
    frame = findings.with_columns(
        policy=pl.col("policy_id").replace({key: own["name"] for key, own in policies.items()}),
        clause=pl.col("policy_id").replace_strict(
            {key: own["clause"] for key, own in policies.items()}, default=""
        ),
        status=pl.col("status").fill_null("open"),
        in_subject=(pl.col("matched_in") == "subject").fill_null(value=False),
        matched_text=pl.col("matched_text").fill_null(""),
        decision_reason=pl.col("decision_reason").fill_null(""),
        digest=pl.col("source_file").replace_strict(dict(hashes), default=""),
        who=_who(words),
    )
    frame = written(
        frame, ["confidence"], "said", lambda n: words("thread.confidence", n=f"{n or 0:.2f}")
    )
    frame = frame.with_columns(confidence=pl.col("said"))
    frame = written(frame, ["status", "decision_reason"], "decided", partial(_decided, words))
    frame = written(frame, ["finding_id"], "anchor", lambda name: anchor("F", name))
    frame = _read(frame).join(alike, on="finding_id", how="left", maintain_order="left")
    order = pl.when(pl.col("order_id") != "").then(
        said(words, "threads.order", id=pl.col("order_id"))
    )
    frame = frame.with_columns(
        citation=joined(
            [
                pl.concat_str(pl.lit("“"), flat(pl.col("matched_text")), pl.lit("”")),
                "who",
                "iso",
                "policy_id",
                order,
                place(),
                pl.when(pl.col("digest") != "").then(pl.lit("sha256 ") + pl.col("digest")),
                "finding_id",
            ],
            "; ",
        )
    )
    frame = frame.with_columns(html=stencils["finding"].fill(frame))
    return frame.group_by("message_id", maintain_order=True).agg(
        html_findings=pl.col("html").str.join(""),
        subject_marked=pl.col("in_subject").any(),
    )


def _who(words: Words) -> pl.Expr:
    """Return who wrote a flagged message: only the seller side can."""
    side = pl.col("direction").replace_strict(
        {"outbound": words("thread.seller"), "internal": words("thread.internal")},
        default=words("thread.unknown"),
    )
    return joined([side, "operator"], " · ")


def _decided(words: Words, status: str, reason: str) -> str:
    if status == "open":
        return ""
    state = words(f"threads.{status}")
    if not reason or status == "confirmed":
        return words("thread.decided_plain", status=state)
    return words("thread.decided", status=state, reason=words.name("reason", reason))


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    """Add how the rules read the words, where a reader would see something else."""
    may = pl.col("matched_text").str.to_lowercase().str.contains(MAYBE_DISGUISED)
    frame = frame.with_columns(asked=pl.when(may).then("matched_text").otherwise(pl.lit("")))
    return written(frame, ["asked"], "as_read", as_read)


def find_alike(findings: pl.DataFrame, wordings: pl.DataFrame) -> pl.DataFrame:
    """Name the findings of one policy whose messages say the very same, where there are several.

    `wordings` says which messages read alike. The name is the first finding's id.
    """
    found = findings.join(wordings, on="message_id").filter(pl.col("wording").is_not_null())
    group = ["policy_id", "wording"]
    several = found.filter(pl.len().over(group) > 1)
    return several.select("finding_id", same=pl.col("finding_id").min().over(group)).unique(
        "finding_id"
    )
