"""CONTRACT section 4: what an audit writes, and how each table is written."""

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from contract.shop import ASK, PLAIN, REMOVE, Run, audit, said, table

COLUMNS = {
    "findings": (
        "finding_id, policy_id, rule_id, severity, confidence, status, message_id, thread_id,"
        " sent_at, direction, operator, channel, marketplace, order_id, asin, language,"
        " matched_text, match_start, match_end, source_file, source_locator, incident_id,"
        " matched_in, delivered, object, why, decision_reason, ruleset_version"
    ),
    "threads": (
        "thread_id, first_message_at, last_message_at, message_count, policies, severity,"
        " buyer_id, order_id, asin, operators, channels, rating_before, rating_after,"
        " incident_id, case_id"
    ),
    "review_links": (
        "link_id, thread_id, message_id, review_id, event_id, event_type, occurred_at,"
        " rating_before, rating_after, lag_hours, linked_by, strength, pattern, incident_id"
    ),
    "incidents": (
        "incident_id, title, started_at, ended_at, thread_count, message_count, buyer_count,"
        " policies, operators, channels, trigger, after_notice_id, recurrence"
    ),
    "queue": (
        "queue_id, message_id, thread_id, sent_at, direction, operator, channel, order_id,"
        " reason, score, matched_text, match_start, match_end, source_file, source_locator"
    ),
    "sources": (
        "source_file, sha256, bytes, reader, record_kind, rows_read, rows_loaded,"
        " rows_duplicate, rows_quarantined, note"
    ),
    "quarantine": "source_file, source_locator, reason, raw_excerpt",
    "coverage": (
        "channel, marketplace, month, messages_in, messages_out, orders, reviews, status, note"
    ),
}
MESSAGES = (
    "message_id, thread_id, sent_at, direction, sender, recipient, channel, marketplace,"
    " order_id, asin, subject, body, operator"
)
OTHERS = ("language", "delivered", "source_file", "source_locator", "buyer_id", "case_id")
CAUSES = (
    "thread_steps", "first_uses", "phrase_lineage", "rates", "recurrence_tests", "rating_lift",
    "counterfactual",
)  # fmt: skip
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit a small shop with something in every table."""
    folder = tmp_path_factory.mktemp("shop")
    some = folder / "in"
    more = {"channel": "whatsapp", "marketplace": "UK", "operator": "zoe"}
    rows = [
        said("m1", "2025-02-03T09:00:00.900Z", "Why did it break? One star.", thread_id="t1",
             direction="inbound", sender="kim@web.example", order_id="o1", asin="B01"),
        said("m2", "2025-02-03T10:00:00Z", "We refunded you in full. " + ASK, thread_id="t1",
             recipient="kim@web.example", order_id="o1", asin="B01", subject="About your order",
             **more),
        said("m3", "2025-02-04T10:00:00Z", REMOVE, thread_id="t1", operator="anna",
             channel="email", recipient="kim@web.example", order_id="o1"),
        said("m4", "2025-02-01T10:00:00Z", REMOVE, thread_id=FORMULA, operator=FORMULA,
             channel="email", recipient="+Lee", order_id="-o2"),
        said("m5", "2025-02-05T10:00:00Z", PLAIN, thread_id="t5", recipient="Moe"),
        {"message_id": "m6", "sent_at": "2025-02-06T10:00:00Z", "body": ASK, "sender": "Who",
         "thread_id": "t6"},
        {"message_id": "m8", "sent_at": "2025-02-05T10:00:00Z", "body": ASK, "sender": "=Who",
         "thread_id": "t8"},
        said("m7", "soon", "=1+1"),
    ]  # fmt: skip
    table(some / "m.csv", rows)
    events = [
        {"event_id": "e1", "review_id": "R1", "event_type": "created", "order_id": "o1",
         "occurred_at": "2025-02-02T10:00:00Z", "rating": 1, "marketplace": "UK"},
        {"event_id": "e2", "review_id": "R1", "event_type": "updated", "order_id": "o1",
         "occurred_at": "2025-02-05T10:20:00Z", "rating": 5, "marketplace": "UK"},
    ]  # fmt: skip
    table(some / "e.csv", events)
    (some / "what.bin").write_bytes(bytes(range(256)))
    return audit(folder)


def test_the_files_of_the_contract_stand_there(shop: Run) -> None:
    """Report, redacted report, database, tables in three forms, summary."""
    assert shop.code == 0, shop.stderr
    for name in ("report.html", "report.redacted.html", "audit.duckdb", "summary.json"):
        assert (shop.out / name).stat().st_size > 0, name
    for name in (*COLUMNS, *CAUSES):
        assert (shop.out / "evidence" / f"{name}.csv").exists(), name
        assert (shop.out / "evidence" / f"{name}.parquet").exists(), name
    assert (shop.out / "evidence" / "evidence.xlsx").exists()


def test_nothing_else_is_left_beside_or_in_the_output(shop: Run) -> None:
    """No raw copies, no partial folder, no database journal."""
    assert {path.name for path in shop.out.iterdir()} == {
        "report.html", "report.redacted.html", "audit.duckdb", "summary.json", "evidence",
    }  # fmt: skip
    assert {path.name for path in shop.out.parent.iterdir()} == {"in", "out"}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_and_their_order(shop: Run, name: str) -> None:
    """CSV, Parquet, XLSX and database begin with the contract's columns; others come after."""
    expected = COLUMNS[name].split(", ")
    n = len(expected)
    assert shop.header(name)[:n] == expected
    assert shop.parquet(name).columns == shop.header(name)
    assert list(shop.sheet(name)[0]) == shop.header(name)
    described = shop.sql("select table_name, column_name from information_schema.columns")
    assert [column for of, column in described if of == name] == shop.header(name)


def test_columns_of_messages_and_segments(shop: Run) -> None:
    """The canonical messages begin with section 3's columns; segments are as written."""
    described = shop.sql("select table_name, column_name from information_schema.columns")
    messages = [column for of, column in described if of == "messages"]
    assert messages[:13] == MESSAGES.split(", ")
    assert set(OTHERS) <= set(messages)
    assert messages[-1] == "case_id", "its place is last"
    segments = [column for of, column in described if of == "segments"]
    assert segments[:4] == ["message_id", "segment_start", "segment_end", "kind"]


def test_the_database_holds_every_table(shop: Run) -> None:
    """The evidence tables, the canonical inputs, and segments."""
    held = {name for (name,) in shop.sql("select table_name from information_schema.tables")}
    inputs = {"messages", "review_events", "orders", "refunds", "notices", "context_events"}
    assert inputs | {"segments"} | set(COLUMNS) | set(CAUSES) <= held


def test_every_table_has_rows_to_look_at(shop: Run) -> None:
    """The tests below look at something."""
    for name in ("findings", "threads", "review_links", "incidents", "queue", "quarantine"):
        assert shop.rows(name), name


def test_times_in_csv_and_xlsx(shop: Run) -> None:
    """`YYYY-MM-DDTHH:MM:SSZ`, fractions cut."""
    thread = next(row for row in shop.rows("threads") if row["thread_id"] == "t1")
    assert thread["first_message_at"] == "2025-02-03T09:00:00Z"
    for name, column in (
        ("findings", "sent_at"), ("threads", "last_message_at"), ("review_links", "occurred_at"),
        ("incidents", "started_at"), ("incidents", "ended_at"), ("queue", "sent_at"),
    ):  # fmt: skip
        at = shop.header(name).index(column)
        for row in shop.sheet(name)[1:]:
            assert STAMP.fullmatch(row[at]), (name, column)
        for line in shop.rows(name):
            assert STAMP.fullmatch(line[column]), (name, column)


def test_times_in_parquet_and_database(shop: Run) -> None:
    """Times with a zone, and whole: the fraction is still there."""
    assert shop.parquet("findings").schema["sent_at"] == pl.Datetime("us", "UTC")
    kind = "select typeof(sent_at) from messages limit 1"
    assert shop.sql(kind) == [("TIMESTAMP WITH TIME ZONE",)]
    whole = "select strftime(sent_at, '%S.%g') from messages where message_id = 'm1'"
    assert shop.sql(whole) == [("00.900",)]


def test_booleans(shop: Run) -> None:
    """`true` and `false`, in small letters."""
    assert {row["recurrence"] for row in shop.rows("incidents")} <= {"true", "false"}
    at = shop.header("incidents").index("recurrence")
    assert {row[at] for row in shop.sheet("incidents")[1:]} <= {"true", "false"}
    assert shop.parquet("incidents").schema["recurrence"] == pl.Boolean()


def test_two_decimals(shop: Run) -> None:
    """Confidence, score, strength and lag have two decimals wherever they are written."""
    for name, column in (
        ("findings", "confidence"), ("queue", "score"), ("review_links", "strength"),
        ("review_links", "lag_hours"),
    ):  # fmt: skip
        for row in shop.rows(name):
            assert re.fullmatch(r"-?\d+\.\d\d", row[column]), (name, row[column])
        values = shop.parquet(name).get_column(column)
        assert values.round(2).equals(values)
        at = shop.header(name).index(column)
        cells = next(shop.workbook[name].iter_rows(min_row=2, min_col=at + 1, max_col=at + 1))
        assert cells[0].number_format == "0.00", "a spreadsheet shows 0.9 as 0.90"


def test_confidence_is_from_nought_to_one(shop: Run) -> None:
    """Confidence lies between 0 and 1; severity and status are words of the contract."""
    for row in shop.rows("findings"):
        assert 0 <= float(row["confidence"]) <= 1
        assert row["severity"] in ("low", "medium", "high", "critical")
        assert row["status"] == "open"


def test_lists_are_sorted_and_joined(shop: Run) -> None:
    """Policies, operators and channels are sorted text joined by `;`."""
    thread = next(row for row in shop.rows("threads") if row["thread_id"] == "t1")
    assert thread["operators"] == "anna;zoe"
    assert thread["channels"] == "email;whatsapp"
    policies = thread["policies"].split(";")
    assert policies == sorted(set(policies))
    assert len(policies) > 1


def test_unknown_is_an_empty_cell(shop: Run) -> None:
    """What is not known is NULL in Parquet and nothing in CSV and XLSX."""
    finding = next(row for row in shop.rows("findings") if row["message_id"] == "m3")
    assert finding["decision_reason"] == ""
    frame = shop.parquet("findings").filter(pl.col("message_id") == "m3")
    assert frame["decision_reason"].to_list() == [None] * frame.height
    at = shop.header("findings").index("decision_reason")
    assert {row[at] for row in shop.sheet("findings")[1:]} == {None}


def test_formulas_are_guarded_for_people_and_exact_elsewhere(shop: Run) -> None:
    """A cell that a spreadsheet would run gets an apostrophe; Parquet holds the text."""
    in_csv = next(row for row in shop.rows("findings") if row["message_id"] == "m4")
    assert in_csv["operator"] == "'" + FORMULA
    assert in_csv["order_id"] == "'-o2"
    at = shop.header("findings").index("operator")
    assert "'" + FORMULA in {row[at] for row in shop.sheet("findings")[1:]}
    exact = shop.parquet("findings").filter(pl.col("message_id") == "m4")
    assert exact["operator"].to_list() == [FORMULA] * exact.height
    assert shop.sql("select operator from messages where message_id = 'm4'") == [(FORMULA,)]
    buyer = next(row for row in shop.rows("threads") if row["message_count"] == "1")
    assert buyer["buyer_id"] == "'+Lee"
    assert not any(str(cell.value).startswith("=") for row in shop.workbook["findings"]
                   for cell in row if cell.data_type == "f")  # fmt: skip


def test_negative_numbers_are_no_formulas(shop: Run) -> None:
    """A lag before the message is a number and stays one."""
    lags = {row["event_id"]: row["lag_hours"] for row in shop.rows("review_links")}
    assert lags["e1"] == "-24.00"


def test_rows_are_ordered(shop: Run) -> None:
    """By their first time column, then id; the queue by score, then id."""
    for name, at, key in (
        ("findings", "sent_at", "finding_id"), ("threads", "first_message_at", "thread_id"),
        ("review_links", "occurred_at", "link_id"), ("incidents", "started_at", "incident_id"),
    ):  # fmt: skip
        pairs = shop.parquet(name).select(at, key).rows()
        assert pairs == sorted(pairs), name
    scored = shop.parquet("queue").select("score", "queue_id").rows()
    queue = [(-score, key) for score, key in scored]
    assert queue == sorted(queue)
    assert len(queue) > 1


def test_csv_parquet_and_xlsx_have_the_same_rows(shop: Run) -> None:
    """The three forms agree on the number of rows of each table."""
    for name in (*COLUMNS, *CAUSES):
        n = len(shop.rows(name))
        assert n == shop.parquet(name).height == len(shop.sheet(name)) - 1, name


def test_files_are_utf8_and_offline(shop: Run) -> None:
    """CSV is plain UTF-8; the report makes no request."""
    for path in (shop.out / "evidence").glob("*.csv"):
        assert path.read_bytes().decode("utf-8")[:1] != "\ufeff"
    html = (shop.out / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", html)
    assert zipfile.is_zipfile(shop.out / "evidence" / "evidence.xlsx")


def test_matched_text_is_the_message_between_its_bounds(shop: Run) -> None:
    """`matched_text` is `body[match_start:match_end]` of the message as stored."""
    bodies = shop.messages("body", "subject")
    for row in [*shop.rows("findings"), *shop.rows("queue")]:
        text = bodies[row["message_id"]][row.get("matched_in") == "subject"]
        stretch = text[int(row["match_start"]) : int(row["match_end"])]
        assert row["matched_text"].removeprefix("'") == stretch


def test_unknown_files_are_listed(shop: Run) -> None:
    """An unknown file has an empty reader, no rows and a note; the rest is audited."""
    row = next(row for row in shop.rows("sources") if row["source_file"] == "in/what.bin")
    assert (row["reader"], row["rows_read"], row["rows_loaded"]) == ("", "0", "0")
    assert row["note"]
    assert "in/what.bin" in shop.stderr
    for row in shop.rows("sources"):
        total = int(row["rows_loaded"]) + int(row["rows_duplicate"]) + int(row["rows_quarantined"])
        assert int(row["rows_read"]) == total


def test_summary(shop: Run) -> None:
    """Totals, versions, settings, input hashes, seconds a stage, and the most memory used."""
    summary = shop.summary
    assert summary["totals"]["messages"] == 7
    assert summary["totals"]["findings"] == len(shop.rows("findings"))
    assert summary["version"]
    assert summary["ruleset_version"] == shop.rows("findings")[0]["ruleset_version"]
    assert summary["settings"]["gap_days"] == 14
    hashes = {row["source_file"]: row["sha256"] for row in shop.rows("sources")}
    assert {row["source_file"]: row["sha256"] for row in summary["inputs"]} == hashes
    assert all(seconds >= 0 for seconds in summary["timing"].values())
    assert 10**7 < summary["peak_memory"]["process"] < 10**10


def test_coverage_cells_are_what_a_hand_counts(tmp_path: Path) -> None:
    """Every channel, marketplace and month with its counts; notes are no answers to a buyer."""
    some = tmp_path / "in"
    cells = [  # channel, marketplace, month, in, out, internal, unknown; what is expected of them
        ("email", "UK", "2025-01", 3, 2, 0, 0, "have", 2, ""),
        ("email", "UK", "2025-02", 2, 0, 1, 0, "partial", 0, "only the buyers' side"),
        ("email", "UK", "2025-04", 0, 2, 0, 0, "partial", 2, "only the seller's side"),
        ("email", "UK", "2025-05", 20, 1, 0, 0, "partial", 1, "nearly only the buyers' side: 1"),
        ("email", "DE", "2025-01", 1, 1, 0, 1, "partial", 1, "senders of unknown side: 1"),
        ("slack", "", "2025-01", 0, 0, 2, 0, "have", 2, ""),
        ("whatsapp", "", "2025-01", 1, 0, 2, 0, "partial", 0, "only the buyers' side"),
    ]
    rows = [
        said(f"{channel}{place}{month}{side}{n}", f"{month}-05T10:00:00Z", f"{PLAIN} {side} {n}",
             channel=channel, marketplace=place, direction=side, sender=f"{side}-{n}")
        for channel, place, month, *counts in cells
        for side, count in zip(("inbound", "outbound", "internal", "unknown"), counts, strict=False)
        for n in range(int(count))
    ]  # fmt: skip
    table(some / "m.csv", rows)
    bought = [("o1", "2025-01", "UK"), ("o2", "2025-01", "UK"), ("o3", "2025-03", "UK"),
              ("o4", "2025-06", "FR")]  # fmt: skip
    table(some / "o.csv", [
        {"order_id": order, "ordered_at": f"{month}-05T10:00:00Z", "marketplace": place}
        for order, month, place in bought
    ])  # fmt: skip
    table(some / "r.csv", [
        {"review_id": "r1", "event_type": "created", "occurred_at": "2025-01-07T10:00:00Z",
         "rating": "1", "marketplace": "UK", "asin": "B0TESTLAMP"},
    ])  # fmt: skip

    expected = {
        (channel, place, month): (came, out, status, note)
        for channel, place, month, came, _, _, _, status, out, note in cells
    } | {
        ("email", "UK", "2025-03"): (0, 0, "none", "no message, though there are"),
        ("", "FR", "2025-06"): (0, 0, "none", "orders or reviews, but no message at all"),
    }
    coverage = audit(tmp_path).rows("coverage")
    found = {(row["channel"], row["marketplace"], row["month"]): row for row in coverage}
    assert found.keys() == expected.keys()
    for cell, (came, out, status, note) in expected.items():
        row = found[cell]
        assert (int(row["messages_in"]), int(row["messages_out"])) == (came, out), cell
        assert row["status"] == status, cell
        assert note in row["note"], cell
        assert bool(note) == bool(row["note"]), cell
    beside = {
        cell: (int(row["orders"]), int(row["reviews"]))
        for cell, row in found.items()
        if int(row["orders"])
    }
    assert beside == {
        ("email", "UK", "2025-01"): (2, 1),
        ("email", "UK", "2025-03"): (1, 0),
        ("", "FR", "2025-06"): (1, 0),
    }


def test_coverage_names_one_sided_months(tmp_path: Path) -> None:
    """`have` with both sides, `partial` with one, `none` with orders but no message."""
    some = tmp_path / "in"
    rows = [
        said("c1", "2025-01-05T10:00:00Z", PLAIN, channel="email", marketplace="UK"),
        said("c2", "2025-02-05T10:00:00Z", PLAIN, channel="email", marketplace="UK"),
        said("c3", "2025-02-06T10:00:00Z", "Thanks", channel="email", marketplace="UK",
             direction="inbound", sender="Moe"),
    ]  # fmt: skip
    table(some / "m.csv", rows)
    order = {"order_id": "o1", "ordered_at": "2025-03-05T10:00:00Z", "marketplace": "UK"}
    table(some / "o.csv", [order])
    coverage = audit(tmp_path).rows("coverage")
    found = {row["month"]: (row["status"], bool(row["note"])) for row in coverage}
    assert found == {
        "2025-01": ("partial", True), "2025-02": ("have", False), "2025-03": ("none", True),
    }  # fmt: skip
