"""Review trackers, the public review data set, and what is copied by hand."""

import json
from pathlib import Path

import pytest
from ingest.loaded import load_text

from pipeline.config import Config

UK = Config(marketplaces=("UK",), timezone="Europe/London")


def test_tracker_without_a_look(tmp_path: Path) -> None:
    """A table that does not say when it looked tells when reviews were made, and that is noted."""
    text = (
        "Review ID,ASIN,Star Rating,Headline,Review Text,Author,Review Date,Verified,Helpful\n"
        'R1ABCDEFGHIJK,B0TESTLAMP,"4,0 von 5 Sternen",Gut,"Hell, ""warm""",Ann,'
        "Rezension aus Deutschland vom 3. Januar 2026,Y,2\n"
        "R2ABCDEFGHIJK,B0TESTLAMP,1.0 out of 5 stars,Bad,Broke,Bob,"
        '"Reviewed in the United States on January 3, 2026",Y,0\n'
    )

    found = load_text(tmp_path, "reviews.csv", text)

    shared = {
        "event_type": "created",
        "asin": "B0TESTLAMP",
        "occurred_at": "2026-01-03T00:00:00Z",
    }
    assert {"review-tracker"} == found.readers
    assert [
        {**shared, "source_locator": "line 2", "review_id": "R1ABCDEFGHIJK", "rating": 4.0,
         "buyer_id": "Ann", "marketplace": "DE", "title": "Gut", "body": 'Hell, "warm"'},
        {**shared, "source_locator": "line 3", "review_id": "R2ABCDEFGHIJK", "rating": 1.0,
         "buyer_id": "Bob", "marketplace": "US", "title": "Bad", "body": "Broke"},
    ] == found.rows("raw_review_events")  # fmt: skip
    assert "does not say when it looked" in found.notes


@pytest.mark.parametrize(
    ("written", "market"),
    [
        ("Reviewed in the United Kingdom on 3 January 2026", "UK"),
        ("Commenté en France le 3 janvier 2026", "FR"),
        ("Recensito in Italia il 3 gennaio 2026", "IT"),
        ("Reseñado en España el 3 de enero de 2026", "ES"),
        ("2026年1月3日に日本でレビュー済み", None),
        ("3 Jan 2026", None),
    ],
)
def test_review_dates(tmp_path: Path, written: str, market: str | None) -> None:
    """The sentence above a review tells the day and the country."""
    found = load_text(tmp_path, "r.csv", f"asin;rating;text;date\nB0TESTLAMP;5;Fine;{written}\n")

    row = found.rows("raw_review_events")[0]
    assert ("2026-01-03T00:00:00Z", market) == (row["occurred_at"], row.get("marketplace"))


def test_tracker_with_looks(tmp_path: Path) -> None:
    """The day it was seen, in a column or in the file's name, makes rows snapshots."""
    column = "asin,rating,text,review date,scraped at\nB0TESTLAMP,5,Fine,2026-01-03,2026-02-01\n"
    named = "asin,rating,text,review date,url\nB0TESTLAMP,5,Fine,2026-01-03,https://x.example/review/R1ABCDEFGHIJK/\n"

    by_column = load_text(tmp_path, "a.csv", column).rows("raw_review_snapshots")
    by_name = load_text(tmp_path, "helper_2026-02-01.csv", named).rows("raw_review_snapshots")

    seen = ("2026-02-01T00:00:00Z", "2026-01-03T00:00:00Z")
    assert [seen] == [(row["snapshot_at"], row["created_at"]) for row in by_column]
    assert [(*seen, "R1ABCDEFGHIJK")] == [
        (row["snapshot_at"], row["created_at"], row["review_id"]) for row in by_name
    ]


def test_tracker_with_states(tmp_path: Path) -> None:
    """A tool that keeps states tells events."""
    text = (
        "Review ID,ASIN,Rating,Review,Date Created,Date Received,Status\n"
        "R1,B0TESTLAMP,1,Bad,2026-01-03,2026-01-04,New\n"
        "R1,B0TESTLAMP,5,Good,2026-01-03,2026-01-09,Changed\n"
        "R2,B0TESTLAMP,1,Bad,2026-01-03,2026-01-10,Removed\n"
    )

    found = load_text(tmp_path, "b.csv", text)

    assert [("created", "04"), ("updated", "09"), ("removed", "10")] == [
        (row["event_type"], str(row["occurred_at"])[8:10])
        for row in found.rows("raw_review_events")
    ]


def test_tables_of_the_contract_are_left_alone(tmp_path: Path) -> None:
    """What the generic reader understands is its own."""
    text = (
        "review_id,event_type,occurred_at,rating,body,date\nR1,created,2026-01-03,5,x,2026-01-03\n"
    )

    assert {"csv"} == load_text(tmp_path, "a.csv", text).readers


def test_amazon_reviews_2023(tmp_path: Path) -> None:
    """Each line is a review's creation, timed in milliseconds."""
    line = {
        "rating": 2.0,
        "title": "Dim",
        "text": "Füße",
        "images": [],
        "asin": "B0TESTLAMP",
        "parent_asin": "B0PARENT00",
        "user_id": "AEXAMPLE",
        "timestamp": 1739815509123,
        "helpful_vote": 0,
        "verified_purchase": True,
    }

    found = load_text(tmp_path, "Lamps.jsonl", json.dumps(line) + "\n[1]\n" + json.dumps(line))

    expected = {
        "event_type": "created",
        "occurred_at": "2025-02-17T18:05:09Z",
        "rating": 2.0,
        "asin": "B0TESTLAMP",
        "buyer_id": "AEXAMPLE",
        "title": "Dim",
        "body": "Füße",
    }
    assert {"amazon-reviews-2023"} == found.readers
    assert [
        {"source_locator": "line 1", **expected},
        {"source_locator": "line 3", **expected},
    ] == found.rows("raw_review_events")
    assert ["line 2"] == [row["source_locator"] for row in found.rows("quarantined")]
    assert found.accounted()


def test_manual_transcript(tmp_path: Path) -> None:
    """Roles give the side, each row its own zone, the note its provenance."""
    text = (
        "thread_id,order_id,asin,sent_at,tz,author_role,author,body,source_note\n"
        "t1,202-1234567-7654321,B0TESTLAMP,17/07/2025 18:05,Europe/London,Buyer,Ann,It broke,\n"
        't1,202-1234567-7654321,B0TESTLAMP,17/07/2025 19:05,+02:00,seller,Bea,"So sorry\n'
        'truly",picture 2\n'
        "t1,202-1234567-7654321,B0TESTLAMP,17/07/2025 18:05,BST,manager,Cy,Refund her,\n"
        "t1,202-1234567-7654321,B0TESTLAMP,17/07/2025 18:05,Nowhere,seller,Bea,Hm,\n"
    )

    found = load_text(tmp_path, "copied.csv", text, UK)

    shared = {
        "thread_id": "t1",
        "order_id": "202-1234567-7654321",
        "asin": "B0TESTLAMP",
        "sent_at": "2025-07-17T17:05:00Z",
        "channel": "buyer-seller-messaging",
        "marketplace": "UK",
        "origin": "manual transcript",
    }
    assert {"transcripts"} == found.readers
    assert [
        {**shared, "source_locator": "line 2", "direction": "inbound", "sender": "Ann",
         "body": "It broke", "buyer_id": "Ann"},
        {**shared, "source_locator": "line 3", "direction": "outbound", "sender": "Bea",
         "body": "So sorry\ntruly", "operator": "Bea", "origin": "manual transcript: picture 2"},
        {**shared, "source_locator": "line 5", "direction": "internal", "sender": "Cy",
         "body": "Refund her", "operator": "Cy"},
    ] == found.messages  # fmt: skip
    assert ["line 6"] == [row["source_locator"] for row in found.rows("quarantined")]
    assert found.accounted()


def test_anchor_events(tmp_path: Path) -> None:
    """Warnings become notices, measures become events of the time line."""
    text = (
        "at,tz,kind,marketplace,note\n"
        "2025-03-01 09:00,Europe/Berlin,warning,UK,Review manipulation\n"
        "2025-04-01,UTC,Appeal rejected,UK,No plan\n"
        "2025-05-01,UTC,training,,All of staff\n"
    )

    found = load_text(tmp_path, "anchors.csv", text, UK)

    assert [
        {"source_locator": "line 2", "received_at": "2025-03-01T08:00:00Z", "kind": "warning",
         "subject": "warning UK", "body": "Review manipulation"},
        {"source_locator": "line 3", "received_at": "2025-04-01T00:00:00Z", "kind": "other",
         "subject": "Appeal rejected UK", "body": "No plan"},
    ] == found.rows("raw_notices")  # fmt: skip
    assert [
        {"source_locator": "line 4", "occurred_at": "2025-05-01T00:00:00Z", "kind": "training",
         "title": "All of staff", "detail": "All of staff"}
    ] == found.rows("raw_context_events")  # fmt: skip
    assert found.accounted()
