"""How long correlation, incidents and root cause take on a large archive of keys.

`python tests/benchmarks/bench_causes.py [MESSAGES] [REVIEW_EVENTS]` (1,000,000 and 200,000 unless
said otherwise). The archive lies in a database file, as an audit's does; bodies are a few lines,
and only those that say something are touched. Prints the seconds of each stage (by the clock, and
of all cores) and their peak memory, which includes what DuckDB keeps of the archive.
"""
# ruff: noqa: T201 - figures are what it is for

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plant import CONTEXT, MESSAGE, NOTICE, ORDER, PARAMS, REFUND, REVIEW_EVENT

from pipeline.statistics import add_statistics
from pipeline.store import Store
from pipeline.wordings import group_wordings

START = datetime(2023, 1, 1, tzinfo=UTC)
SECONDS = 3 * 365 * 86_400
ASKS = (
    "Could you please change your review now that the refund is done",
    "Would you take the review down for us, order {}",
    "Please update the stars to five, we paid you back {} pounds",
    "As agreed: kindly delete the rating of parcel {}",
)


ORDINARY = (
    "Thank you for your message. The parcel left our warehouse yesterday and should be with you"
    " within three working days. The lamp comes with a European plug and a cable of two metres."
)


def archive(store: Store, n_messages: int, n_events: int) -> None:
    """Fill the tables that the stages to the left would have left."""
    chance = np.random.default_rng(7)
    messages = _messages(n_messages, chance)
    store.put("messages_base", _shaped(messages, MESSAGE))
    store.put(
        "message_threads",
        messages.select("message_id", "thread_id", case_id=pl.col("thread_id")),
    )
    store.insert("signals", _signals(messages, chance))
    store.put("review_events", _shaped(_reviews(n_events, n_messages // 4, chance), REVIEW_EVENT))
    orders = messages.unique("thread_id", keep="first", maintain_order=True).select(
        "order_id", "buyer_id", "asin", "marketplace", ordered_at="sent_at"
    )
    store.put(
        "orders", _shaped(orders.with_columns(amount=pl.lit(20.0), currency=pl.lit("GBP")), ORDER)
    )
    refunds = orders.sample(fraction=0.12, seed=3).select(
        "order_id",
        refund_id=pl.format("r-{}", "order_id"),
        refunded_at=pl.col("ordered_at") + pl.duration(days=2),
        amount=pl.lit(20.0),
        currency=pl.lit("GBP"),
    )
    store.put("refunds", _shaped(refunds, REFUND))
    days = [datetime(2023, 9, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)]
    notices = pl.DataFrame({"notice_id": ["n1", "n2"], "received_at": days})
    store.put("notices", _shaped(notices.with_columns(kind=pl.lit("warning")), NOTICE))
    store.put("context_events", pl.DataFrame(schema=CONTEXT))


def _messages(n: int, chance: np.random.Generator) -> pl.DataFrame:
    number = np.arange(n)
    thread = number // 4
    began = chance.integers(0, SECONDS, size=n // 4 + 1)
    outbound = number % 2 == 1
    operator = chance.integers(0, 40, size=n // 4 + 1)[thread]
    texts = [f"{ASKS[i % 4].format(i % 97)}\n{ORDINARY}" for i in range(388)]
    ask = np.array(texts)[number % 388]
    return pl.DataFrame(
        {
            "message_id": np.char.add("m", number.astype(str)),
            "thread_id": np.char.add("t", thread.astype(str)),
            "second": began[thread] + (number % 4) * 7_200,
            "direction": np.where(outbound, "outbound", "inbound"),
            "operator": np.where(outbound, np.char.add("staff-", operator.astype(str)), ""),
            "channel": np.char.add("channel-", (thread % 5).astype(str)),
            "marketplace": np.array(["UK", "DE", "FR", "IT", "ES"])[thread % 5],
            "order_id": np.char.add("o", thread.astype(str)),
            "asin": np.char.add("B", (thread % 500).astype(str)),
            "buyer_id": np.char.add("b", (thread // 2).astype(str)),
            "body": ask,
            "source_no": np.ones(n, dtype=np.int32),
            "row_no": number,
        }
    ).with_columns(sent_at=pl.lit(START) + pl.duration(seconds="second"))


def _signals(messages: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Half a per cent of the threads ask; a guard stops a fiftieth; a tenth say harmless things."""
    outbound = messages.filter(pl.col("direction") == "outbound").select("message_id", "thread_id")
    threads = messages.get_column("thread_id").unique(maintain_order=True)
    asking = threads.filter(pl.Series(chance.random(len(threads)) < 0.005))
    asks = outbound.filter(pl.col("thread_id").is_in(asking.to_list())).with_columns(
        signal=pl.lit("change_asked")
    )
    harmless = outbound.sample(fraction=0.1, seed=5).with_columns(signal=pl.lit("refund_offered"))
    stopped = outbound.sample(fraction=0.02, seed=9).with_columns(signal=pl.lit("change_asked"))
    said = pl.concat([asks, harmless]).with_columns(stopped_by=pl.lit(None, pl.String))
    guarded = stopped.with_columns(stopped_by=pl.lit("teaching"))
    return pl.concat([said, guarded]).select(
        "message_id",
        "signal",
        rule_id=pl.col("signal"),
        matched_in=pl.lit("body"),
        match_start=pl.lit(6, pl.Int32),
        match_end=pl.lit(20, pl.Int32),
        sentence_no=pl.lit(0, pl.Int32),
        object=pl.lit("product_review"),
        polarity=pl.lit(""),
        conditional=pl.lit(value=False),
        obfuscated=pl.lit(value=False),
        strength=pl.lit("sure"),
        matched_language=pl.lit("en"),
        stopped_by="stopped_by",
    )


def _reviews(n: int, n_threads: int, chance: np.random.Generator) -> pl.DataFrame:
    """Three events a review: created, and for a share of them updated and removed."""
    number = np.arange(n)
    review = np.where(number < n * 3 // 4, number, chance.integers(0, n * 3 // 4, size=n))
    thread = (review * 7_919) % n_threads
    created = chance.integers(0, SECONDS, size=n)[review]
    kind = np.where(number < n * 3 // 4, "created", np.where(number % 3 == 0, "removed", "updated"))
    key, half = review % 10, thread // 2
    return pl.DataFrame(
        {
            "event_id": np.char.add("e", number.astype(str)),
            "review_id": np.char.add("R", review.astype(str)),
            "event_type": kind,
            "second": created + np.where(kind == "created", 0, chance.integers(0, 60 * 86_400, n)),
            "rating": np.where(kind == "created", review % 5 + 1, 5).astype(float),
            "order_id": np.where(key < 5, np.char.add("o", thread.astype(str)), ""),
            "buyer_id": np.where((key > 4) & (key < 8), np.char.add("b", half.astype(str)), ""),
            "asin": np.char.add("B", (thread % 500).astype(str)),
        }
    ).with_columns(
        occurred_at=pl.lit(START) + pl.duration(seconds="second"),
        order_id=pl.col("order_id").replace("", None),
        buyer_id=pl.col("buyer_id").replace("", None),
    )


def _shaped(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


def main(n_messages: int, n_events: int) -> None:
    """Build the archive and measure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audit.duckdb"
        with Store(path) as store:
            store.create_schema()
            archive(store, n_messages, n_events)
        with Store(path) as store:
            measure(store)


def measure(store: Store) -> None:
    """Run the stages and print their seconds."""
    store.run("facts", PARAMS)
    store.union("verdicts", store.run("verdicts", PARAMS, prefix="verdict_"))
    stages: list[tuple[str, Callable[[], object]]] = [
        ("correlate", lambda: store.run("correlate", PARAMS)),
        ("wordings", lambda: group_wordings(store)),
        ("incidents", lambda: store.run("incidents", PARAMS)),
        ("evidence", lambda: store.run("evidence", PARAMS)),
        ("root_cause", lambda: store.run("root_cause", PARAMS)),
        ("statistics", lambda: add_statistics(store)),
        ("conclusions", lambda: store.run("conclusions", PARAMS)),
    ]
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    whole = whole_cpu = 0.0
    for name, stage in stages:
        start, worked = time.perf_counter(), time.process_time()
        stage()
        seconds, cpu = time.perf_counter() - start, time.process_time() - worked
        if name != "evidence":
            whole, whole_cpu = whole + seconds, whole_cpu + cpu
        print(f"{name:12} {seconds:6.2f} s, {cpu:6.2f} CPU s")
    print(f"{'together':12} {whole:6.2f} s, {whole_cpu:6.2f} CPU s without evidence")
    print(f"peak memory of these stages {_peak():,.0f} MiB")
    for table in ("judged", "review_links", "incidents", "rates", "rating_lift", "counterfactual"):
        print(f"{table:16} {store.count(table):,} rows")


def _peak() -> float:
    """Return the most memory the process held, in MiB (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:3]]
    main(*(given + [1_000_000, 200_000][len(given) :]))
