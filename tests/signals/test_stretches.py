"""An open ask amid the business of a long letter is read by itself, and counts."""

import re

import polars as pl
import pytest

from pipeline.queries import queries
from pipeline.signals import stretches as room
from pipeline.signals.batch import BatchReader
from pipeline.signals.document import Document
from pipeline.signals.engine import scan, scan_columns
from pipeline.signals.reader import Reader
from pipeline.signals.rows import Row
from pipeline.signals.ruleset import Ruleset
from pipeline.signals.stretches import (
    ASKS,
    CONVINCED,
    LONG,
    MOST_STRETCHES,
    MOST_SURE,
    convincing,
    stretches,
)

BEFORE = (
    "Dear Mrs Whitcombe, the second shelf went to the carrier in Hereford this morning. "
    "The driver brings two people, for it weighs eighty kilos. "
    "The carrier rings the bell twice and takes it to the first floor. "
    "The four long screws belong into the back, the short ones into the doors. "
    "Please keep the cardboard until you have counted everything. "
)
ASK = "Would you kindly take down your two-star review now that you have your money back? "
AFTER = (
    "The invoice for your tax office is attached. "
    "Spare hinges are in the small bag that hangs from the upper board. "
    "We close between Christmas and New Year, letters are answered from 4 January. "
    "The oil for the oak dries overnight, a second coat is not needed. "
    "Kind regards, Meredith"
)
LETTER, SERVICE = BEFORE + ASK + AFTER, BEFORE + AFTER
DOUBTED = ([], ["second_reader.doubt"])


def opinions(found: pl.DataFrame) -> pl.DataFrame:
    """Keep what the second reader says."""
    return found.filter(signal="second_reader")


def batch(*bodies: str) -> pl.DataFrame:
    """Return messages of the seller."""
    return pl.DataFrame(
        {
            "message_id": [str(number) for number in range(len(bodies))],
            "subject": [""] * len(bodies),
            "body": bodies,
            "own": [None] * len(bodies),
            "direction": ["outbound"] * len(bodies),
        }
    )


def test_an_ask_amid_service_counts(ruleset: Ruleset) -> None:
    """The opinion is that of the stretch, at its place, and never that of a whole message."""
    found = opinions(scan(batch(LETTER), ruleset))

    assert CONVINCED <= found["score"].max() <= MOST_SURE  # type: ignore[operator]
    assert "second_reader.review-change-request" in found["rule_id"].to_list()
    assert {LETTER[start:] for start in found["match_start"]} < {
        LETTER[place:] for place in range(len(BEFORE), len(BEFORE + ASK))
    }


def test_it_is_the_stretch_that_counts(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read as a whole only, the letter is service."""
    monkeypatch.setattr(room, "MOST_STRETCHES", 0)
    assert opinions(scan(batch(LETTER), ruleset))["score"].max() < CONVINCED  # type: ignore[operator]


def test_service_stays_service(ruleset: Ruleset) -> None:
    """The same letter without the ask is nobody's business."""
    assert opinions(scan(batch(SERVICE), ruleset))["rule_id"].to_list() in (
        [],
        ["second_reader.doubt"],
    )


def test_columns_look_as_closely(ruleset: Ruleset) -> None:
    """Both engines look at the same stretches, whoever writes."""
    texts = batch(LETTER, SERVICE, AFTER + ASK + BEFORE, ASK * 12, ASK).vstack(
        batch(LETTER, ASK).with_columns(pl.lit("internal").alias("direction"))
    )
    numbered = texts.with_columns(message_id=pl.Series([str(n) for n in range(texts.height)]))
    assert scan_columns(numbered, BatchReader(ruleset)).equals(scan(numbered, ruleset))


def test_only_what_the_grammar_is_sure_of(ruleset: Ruleset) -> None:
    """A stretch needs a sure match that stands, a long message, and there are not too many."""
    read = Reader(ruleset)

    def of(text: str) -> list[int]:
        rows: list[Row] = list(read(text, None, "inbound"))
        return [stretch.sentence for stretch in stretches(rows, Document(text.lower()))]

    assert of(LETTER) == [5]
    assert of(SERVICE) == []
    assert of(ASK * (LONG - 1)) == []
    assert len(of(ASK * 40)) == MOST_STRETCHES


def test_the_most_convincing_one_counts() -> None:
    """The highest score from the bound on, the first of equals."""
    assert convincing({}, 0) is None
    assert convincing({3: CONVINCED - 0.01}, 0) is None
    assert convincing({5: 0.9, 2: 0.9, 7: 0.85}, 0.1) == 2


def test_the_whole_counts_where_it_says_more() -> None:
    """A sentence that is less convincing than its message takes nothing away from it."""
    assert convincing({1: CONVINCED + 0.1}, CONVINCED + 0.2) is None
    assert convincing({1: CONVINCED + 0.2}, CONVINCED + 0.1) == 1


def test_asks_are_signals_of_the_rules(ruleset: Ruleset) -> None:
    """No name in the list is a misspelt one, and the queue calls the same ones asks."""
    assert set(ruleset.rules) >= ASKS
    queue = next(query for query in queries("correlate") if query.table == "queue_candidates")
    listed = re.search(r"said\.signal in \(([^)]*)\) as is_ask", queue.sql)
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == ASKS
