"""`msgaudit init`: looks at exports and proposes a configuration for an owner in a hurry."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.config import Config
from pipeline.ingest import ingest

_ZONES = {
    "UK": "Europe/London",
    "IE": "Europe/Dublin",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "IT": "Europe/Rome",
    "ES": "Europe/Madrid",
    "NL": "Europe/Amsterdam",
    "SE": "Europe/Stockholm",
    "PL": "Europe/Warsaw",
    "BE": "Europe/Brussels",
    "TR": "Europe/Istanbul",
    "JP": "Asia/Tokyo",
    "US": "America/Los_Angeles",
    "CA": "America/Toronto",
    "MX": "America/Mexico_City",
    "BR": "America/Sao_Paulo",
    "AU": "Australia/Sydney",
    "IN": "Asia/Kolkata",
    "AE": "Asia/Dubai",
    "SG": "Asia/Singapore",
}
"""The zone a marketplace's seller most likely works in; a proposal, to be checked."""

_SHOWN = 12
_MANY_PARTNERS = 3
"""Somebody who writes to, or hears from, this many others is more likely the shop than a buyer."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who wrote, how often, and to how many different people."""

    name: str
    messages: int
    partners: int

    @property
    def likely_seller(self) -> bool:
        """Whether the pattern is a shop's: many partners, no relay address."""
        return self.partners >= _MANY_PARTNERS and "@marketplace." not in self.name


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the exports suggest; everything in it is for a person to check."""

    senders: Sequence[Sender] = ()
    marketplaces: Sequence[str] = ()

    @property
    def addresses(self) -> list[str]:
        """The mail addresses that are likely the seller's."""
        return [s.name for s in self.senders if s.likely_seller and "@" in s.name]

    @property
    def names(self) -> list[str]:
        """The names that are likely the seller's side."""
        return [s.name for s in self.senders if s.likely_seller and "@" not in s.name]

    @property
    def timezone(self) -> str:
        """The zone of the most frequent marketplace, else UTC."""
        return next((_ZONES[m] for m in self.marketplaces if m in _ZONES), "UTC")

    def lines(self) -> list[str]:
        """Return what is printed: who writes in these exports, the likely sellers marked."""
        if not self.senders:
            return ["no senders were looked at; give exports with --from to get proposals"]
        said = ["senders found (* = proposed as yours; please check):"]
        for sender in self.senders[:_SHOWN]:
            mark = "*" if sender.likely_seller else " "
            wrote = f"{sender.messages:,} messages, {sender.partners:,} partners"
            said.append(f"  {mark} {sender.name}: {wrote}")
        if len(self.senders) > _SHOWN:
            said.append(f"    and {len(self.senders) - _SHOWN:,} more")
        return said


def propose(inputs: Sequence[Path]) -> Proposal:
    """Read the exports without any configuration and say who seems to be the seller.

    Raises:
        UsageError: an input does not exist.

    """
    if not inputs:
        return Proposal()
    with tempfile.TemporaryDirectory(prefix="msgaudit-init-") as folder:
        ingested = ingest(inputs, Config(), Path(folder))
        files = ingested.files.get("raw_messages", ())
        if not files:
            return Proposal()
        columns = ["sender", "recipient", "marketplace", "direction"]
        messages = pl.concat([pl.read_parquet(file, columns=columns) for file in files])
    return Proposal(_senders(messages), _marketplaces(messages))


def _senders(messages: pl.DataFrame) -> list[Sender]:
    wrote = messages.filter(pl.col("sender").is_not_null() & (pl.col("direction") != "inbound"))
    if wrote.is_empty():
        wrote = messages.filter(pl.col("sender").is_not_null())
    heard = messages.group_by("recipient").agg(pl.col("sender").n_unique().alias("heard"))
    counted = (
        wrote.group_by("sender")
        .agg(pl.len().alias("messages"), pl.col("recipient").n_unique().alias("wrote_to"))
        .join(heard, left_on="sender", right_on="recipient", how="left")
        .with_columns(partners=pl.max_horizontal("wrote_to", pl.col("heard").fill_null(0)))
        .sort(["messages", "sender"], descending=[True, False])
    )
    rows = counted.select("sender", "messages", "partners").rows()
    return [Sender(str(name), int(count), int(partners)) for name, count, partners in rows]


def _marketplaces(messages: pl.DataFrame) -> list[str]:
    counted = (
        messages.filter(pl.col("marketplace").is_not_null() & (pl.col("marketplace") != ""))
        .group_by("marketplace")
        .len()
        .sort(["len", "marketplace"], descending=[True, False])
    )
    return counted.get_column("marketplace").to_list()


def render_config(proposal: Proposal) -> str:
    """Return a commented `audit.toml` with the proposal filled in."""
    return f"""\
# Settings of msgaudit. Every key is optional; an unknown key is an error that names it.
# Relative paths start at this file.

[seller]
# Mail addresses and names of the seller side: shop, staff, chat names.
# Messages whose side is unknown are judged for the queue only.
addresses = {_toml_list(proposal.addresses)}
names = {_toml_list(proposal.names)}
# The first one rules where a file does not say; it also decides day-first or month-first.
marketplaces = {_toml_list(list(proposal.marketplaces))}
# For times without an offset.
timezone = "{proposal.timezone}"
# Who may write to buyers; outbound messages by others are reported. Names, or
# {{ name = "...", from = 2025-03-01, until = 2025-12-31 }}.
authorised_senders = []

[inputs]
# What `msgaudit scan` reads.
paths = ["exports/"]
# A table the tool does not know:
# [[inputs.mapping]]
# match = "crm_*.csv"
# kind = "messages"
# date_order = "dmy"
# columns = {{ sent_at = "When", body = "Text", sender = "Agent", order_id = "Order no" }}

[rules]
paths = []                # folders with your own rules
disable = []              # rule or policy ids

[correlate]
window_days = 30          # how far a review may be from a message when only the product links them
negative_at_most = 3      # stars

[incidents]
gap_days = 14

[scan]
state = "audit-state/"
out = "scans/"
decisions = "decisions.csv"
fail_on = "medium"
notify = []               # Apprise URLs; counts and a path, never quotes

[privacy]
key_file = "pseudonym.key"

[limits]
archive_ratio = 100       # ZIP, gzip: unpacked to packed
archive_bytes = "20GB"
"""


def _toml_list(items: Sequence[str]) -> str:
    """Write a TOML list of texts; control characters are escaped, they come from strangers."""
    return "[" + ", ".join(_toml_text(item) for item in items) + "]"


def _toml_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
