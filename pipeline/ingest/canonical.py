"""Rows as written -> rows as the schema wants them, by the column; what cannot be is set aside.

A row is loaded or quarantined, whole; a value that only adds to a row (an amount, a rating) is
left out with a warning when it cannot be read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipeline.ingest.base import Context
from pipeline.ingest.columns import KIND_OF
from pipeline.ingest.parties import contact, resolved_direction, with_buyers
from pipeline.ingest.values import (
    BOOLEANS,
    CONTEXT_KINDS,
    DIRECTIONS,
    EVENT_TYPES,
    NOTICE_KINDS,
    amount_of,
    by_value,
    marketplace_of,
    rating_of,
)
from pipeline.text.unwrap import unwrap
from pipeline.times import AT, parse_times

EXCERPT = 200
"""How many characters of a quarantined row are shown."""

LONGEST = 1_000_000
"""Characters that a text may have. Reading one takes about 200 bytes of memory for each, so that a
single one of 64 MB would take a machine's; whoever exports messages has none of this length."""

AMOUNT = pl.Decimal(18, 4)
_TYPES: dict[str, pl.DataType] = {
    "time": AT,
    "time?": AT,
    "amount": AMOUNT,
    "rating": pl.Float64(),
    "boolean": pl.Boolean(),
}
_VERBATIM = frozenset({"text"})
_NO_ID = ("", "-", "--", "n/a", "#n/a", "none", "null", "nan")
_WORDS = {"direction": DIRECTIONS, "event_type": EVENT_TYPES}
_KINDS = {"notice_kind": NOTICE_KINDS, "context_kind": CONTEXT_KINDS}


@dataclass(slots=True)
class Sorted:
    """What became of some rows: loaded, set aside with a reason, and what was decided."""

    good: pl.DataFrame
    bad: pl.DataFrame
    warnings: list[pl.DataFrame] = field(default_factory=list)


def schema_of(kind: str) -> dict[str, pl.DataType]:
    """Return the columns of `raw_<kind>` from the locator on, with their types."""
    columns = KIND_OF[kind].columns
    return {name: _TYPES.get(what, pl.String()) for name, what in columns.items()}


def sort_out(kind: str, frame: pl.DataFrame, context: Context) -> Sorted:
    """Understand the text columns of `frame` (canonical names, `row_no`, `source_locator`)."""
    columns = KIND_OF[kind].columns
    absent = [pl.lit(None, pl.String).alias(name) for name in columns if name not in frame.columns]
    whole = frame.with_columns(absent).select("row_no", "source_locator", *columns)
    written, too_long = _shortened(whole, list(columns))
    work = written.with_columns(_cleaned(name, what) for name, what in columns.items())
    found = _Understanding(kind, context, work, too_long)
    found.marketplaces()
    empty = found.empty()
    for name, what in columns.items():
        if name not in empty:
            found.column(name, what)
    if kind == "messages":
        found.messages()
    elif kind == "review_snapshots":
        found.snapshots()
    reasons = found.reasons()
    done = found.frame.with_columns(refused_for=reasons)
    bad = pl.col("refused_for").is_not_null()
    good = done.filter(~bad).select("row_no", "source_locator", *columns)
    aside = written.with_columns(refused_for=reasons).filter(bad)
    return Sorted(good, _excerpts(aside, list(columns)), _of_good(found.warnings, good))


def _of_good(warnings: list[pl.DataFrame], good: pl.DataFrame) -> list[pl.DataFrame]:
    """Keep the warnings of rows that were loaded: a quarantined row has its reason."""
    kept = good.select("row_no")
    some = (w.join(kept, on="row_no", how="semi", maintain_order="left") for w in warnings)
    return [w.select("source_locator", "warning") for w in some if w.height]


def _shortened(
    frame: pl.DataFrame, columns: list[str]
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """Cut texts that are longer than any may be; return why their rows cannot be loaded."""
    texts = [name for name in columns if frame.schema[name] == pl.String]
    sizes = frame.select(pl.col(texts).str.len_bytes().max())
    if not any(size is not None and size > LONGEST for size in sizes.row(0)):
        return frame, {}
    beyond = {name: pl.col(name).str.len_chars() > LONGEST for name in texts}
    said = [
        pl.when(too_long).then(pl.lit(f"{name} of more than {LONGEST:,} characters"))
        for name, too_long in beyond.items()
    ]
    reasons = {"length": frame.select(pl.coalesce(said)).to_series()}
    cut = [
        pl.when(too_long).then(pl.col(name).str.slice(0, EXCERPT)).otherwise(name).alias(name)
        for name, too_long in beyond.items()
    ]
    return frame.with_columns(cut), reasons


def _excerpts(aside: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    parts = [pl.lit(f"{name}=") + pl.col(name) for name in columns]
    shown = pl.concat_str(parts, separator=" | ", ignore_nulls=True).str.slice(0, EXCERPT)
    return aside.select("row_no", "source_locator", reason="refused_for", raw_excerpt=shown)


def _cleaned(name: str, what: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    bare = text.str.strip_chars()
    if what in _VERBATIM:
        return pl.when(bare != "").then(text).alias(name)
    if what in ("id", "buyer"):
        return pl.when(~bare.str.to_lowercase().is_in(list(_NO_ID))).then(bare).alias(name)
    return pl.when(bare != "").then(bare).alias(name)


class _Understanding:
    """The columns of one frame being understood, one after the other."""

    def __init__(
        self,
        kind: str,
        context: Context,
        frame: pl.DataFrame,
        reasons: Mapping[str, pl.Series],
    ) -> None:
        self.kind = kind
        self.context = context
        self.frame = frame
        self.warnings: list[pl.DataFrame] = []
        self._reasons = dict(reasons)

    def marketplaces(self) -> None:
        if "marketplace" in self.frame.columns:
            known = by_value(self.frame["marketplace"], marketplace_of, pl.String())
            self._set(known.fill_null(self._market) if self._market else known)

    def empty(self) -> set[str]:
        """Return the columns with nothing in them that may be so, and give them their types."""
        columns = KIND_OF[self.kind].columns
        filled = self.frame.select(pl.col(*columns).count() > 0).row(0, named=True)
        told = ("time", *_KINDS)
        empty = {name for name, what in columns.items() if not filled[name] and what not in told}
        kinds = [(name, kind) for name, kind in schema_of(self.kind).items() if name in empty]
        self.frame = self.frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in kinds)
        return empty

    def column(self, name: str, what: str) -> None:
        if what in ("time", "time?"):
            self._time(name, needed=what == "time")
        elif what in _WORDS:
            self._word(name, _WORDS[what])
        elif what in _KINDS:
            self._kind(name, _KINDS[what])
        elif what == "amount":
            self._amount(name)
        elif what == "rating":
            self._optional(name, self.frame[name], rating_of, pl.Float64())
        elif what == "boolean":
            read = {word: BOOLEANS.get(word.lower()) for word in self.frame[name].drop_nulls()}
            self._optional(name, self.frame[name], read.get, pl.Boolean())
        elif what == "buyer":
            self._set(by_value(self.frame[name], contact, pl.String()))

    def messages(self) -> None:
        self._unwrap()
        known = self.frame["direction"].is_in(["outbound", "inbound", "internal"])
        known = known.fill_null(value=False)
        if not known.all():
            told = (
                pl.when(known).then("direction").otherwise(resolved_direction(self.context.config))
            )
            self.frame = self.frame.with_columns(told.alias("direction"))
        self.frame = with_buyers(self.frame)

    def snapshots(self) -> None:
        nameless = self.frame["review_id"].is_null() & self.frame["order_id"].is_null()
        self._warn(nameless, pl.lit("without a review_id or order_id it cannot be followed"))

    def reasons(self) -> pl.Series:
        """Return why each row cannot be loaded, null for the others."""
        spec = KIND_OF[self.kind]
        lacks = [
            pl.when(pl.all_horizontal(pl.col(name).is_null() for name in some)).then(
                pl.lit(f"no {' or '.join(some)}")
            )
            for some in spec.least
        ]
        given = [pl.lit(reason) for reason in self._reasons.values()]
        return self.frame.select(pl.coalesce(*given, *lacks).alias("reason"))["reason"]

    @property
    def _market(self) -> str:
        return self.context.marketplace

    def _set(self, column: pl.Series) -> None:
        self.frame = self.frame.with_columns(column)

    def _warn(self, where: pl.Series, warning: pl.Expr) -> None:
        if where.any():
            said = self.frame.select("row_no", "source_locator", warning=warning)
            self.warnings.append(said.filter(where))

    def _time(self, name: str, *, needed: bool) -> None:
        market = self.frame["marketplace"] if "marketplace" in self.frame.columns else None
        if market is None and self._market:
            market = pl.Series([self._market] * self.frame.height, dtype=pl.String)
        mapping = self.context.mapping
        read = parse_times(
            self.frame[name],
            self.context.config.zone,
            order=(mapping.date_order if mapping else "") or self.context.date_order,
            marketplaces=market,
            epoch=self.context.epoch,
        )
        self._warn(read["warning"].is_not_null(), pl.lit(name + ": ") + pl.lit(read["warning"]))
        if needed:
            self._reasons[name] = read["reason"]
        else:
            self._warn(read["reason"].is_not_null(), pl.lit(read["reason"]))
        self._set(read["at"].alias(name))

    def _word(self, name: str, words: Mapping[str, str]) -> None:
        written = self.frame[name]
        lowered = written.str.to_lowercase().str.replace_all("[-_ ]+", " ")
        meant = by_value(lowered, words.get, pl.String()).alias(name)
        unknown = pl.lit(f"unknown {name} '") + pl.col(name).str.slice(0, 40) + "'"
        self._reasons[name] = self.frame.select(
            pl.when(written.is_not_null() & meant.is_null()).then(unknown)
        ).to_series()
        self._set(meant)

    def _kind(self, name: str, kinds: Sequence[str]) -> None:
        written = self.frame[name].str.to_lowercase().str.replace_all("[- ]+", "_")
        known = written.is_in(list(kinds)).fill_null(value=False)
        said = pl.format("kind {}: taken as other", pl.col(name).fill_null("is missing"))
        self._warn(~known, said)
        self._set(written.set(~known, "other").alias(name))

    def _amount(self, name: str) -> None:
        """Read amounts by their text and the row's marketplace, which tells what a comma is."""
        market = pl.col("marketplace") if "marketplace" in self.frame.columns else pl.lit(None)
        keyed = pl.col(name) + "\x1f" + market.cast(pl.String).fill_null(self._market)
        self._optional(
            name,
            self.frame.select(keyed.alias(name)).to_series(),
            lambda key: amount_of(*key.rsplit("\x1f", 1)),
            AMOUNT,
        )

    def _optional(
        self, name: str, written: pl.Series, read: Callable[[str], object], kind: pl.DataType
    ) -> None:
        meant = by_value(written, read, kind).alias(name)
        unread = written.is_not_null() & meant.is_null()
        self._warn(unread, pl.lit(f"{name} not understood, left out: ") + pl.col(name))
        self._set(meant)

    def _unwrap(self) -> None:
        """Take the platform's wrapper off bodies that have a drawn line, and read its ids."""
        drawn = self.frame["body"].str.contains("[-–—_=─]{3}").fill_null(value=False)
        if not drawn.any():
            return
        rows = self.frame.with_row_index("at").filter(drawn)
        out = [unwrap(body) for body in rows["body"]]
        found = pl.DataFrame(
            {
                "at": rows["at"],
                "body": pl.Series([one.body for one in out], dtype=pl.String),
                "order_id": pl.Series([one.order_id for one in out], dtype=pl.String),
                "asin": pl.Series([one.asin for one in out], dtype=pl.String),
                "case_ref": pl.Series([one.case_id or one.token for one in out], dtype=pl.String),
            }
        )
        joined = self.frame.with_row_index("at").join(
            found, on="at", how="left", suffix="_found", maintain_order="left"
        )
        self.frame = joined.with_columns(
            pl.coalesce("body_found", "body").alias("body"),
            *(pl.coalesce(n, f"{n}_found").alias(n) for n in ("order_id", "asin", "case_ref")),
        ).drop("at", pl.selectors.ends_with("_found"))
        odd = rows.filter(pl.Series([not one.recognised for one in out]))
        if odd.height:
            said = pl.lit("the wrapper around the message is not known: its words were kept")
            self.warnings.append(odd.select("row_no", "source_locator", warning=said))
