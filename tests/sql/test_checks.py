"""Every invariant catches a planted fault, and passes on a sound archive."""

from collections.abc import Callable

import polars as pl
import pytest
from plant import PARAMS, at, find_causes, message, planted, signal

from pipeline.audit import run_checks
from pipeline.errors import StageError
from pipeline.queries import queries
from pipeline.store import Store


def sound() -> Store:
    """Return a judged archive of one ask in which every invariant holds."""
    created = {"event_id": "e1", "review_id": "R1", "event_type": "created", "rating": 1.0}
    store = planted(
        [message("m1", "2025-02-05 10:00", body="please change it", order_id="o1")],
        [signal("m1", "change_asked")],
        review_events=[created | {"occurred_at": at("2025-02-01"), "order_id": "o1"}],
        refunds=[
            {"refund_id": "r1", "order_id": "o1", "refunded_at": at("2025-02-04"), "amount": 5.0}
        ],
        notices=[{"notice_id": "n1", "received_at": at("2025-02-17"), "kind": "warning"}],
    )
    store.insert(
        "segments",
        pl.DataFrame(
            {"message_id": ["m1"], "segment_start": [0], "segment_end": [16], "kind": ["own"]}
        ),
    )
    find_causes(store)
    store.put(
        "sources",
        pl.DataFrame(
            {
                "source_file": ["a.csv"],
                "record_kind": ["messages"],
                "rows_read": [3],
                "rows_loaded": [1],
                "rows_duplicate": [1],
                "rows_quarantined": [1],
            }
        ),
    )
    store.put("quarantine", pl.DataFrame({"source_file": ["a.csv"]}))
    counts = {"rows_in": [3], "rows_out": [1], "rows_duplicate": [1], "rows_quarantined": [1]}
    store.put("accounts", pl.DataFrame({"step_no": 1, "step": "read", "kind": "messages"} | counts))
    return store


def _change(table: str, **values: object) -> Callable[[Store], None]:
    def plant(store: Store) -> None:
        frame = store.table(table)
        store.put(
            table,
            frame.with_columns(pl.lit(v).cast(frame.schema[k]).alias(k) for k, v in values.items()),
        )

    return plant


def _lose_a_message(store: Store) -> None:
    """Stage a message that never comes into a conversation."""
    staged = store.table("messages_base")
    lost = staged.with_columns(pl.lit("m2").alias("message_id"))
    store.put("messages_base", pl.concat([staged, lost]))


def _empty(table: str) -> Callable[[Store], None]:
    return lambda store: store.put(table, store.empty(table))


PLANTS = {
    "accounts_balance": _change("sources", rows_read=4),
    "steps_balance": _change("accounts", rows_out=0),
    "quarantine_is_counted": _empty("quarantine"),
    "messages_keep_their_rows": _lose_a_message,
    "segments_cover_bodies": _change("segments", segment_end=15),
    "findings_quote_their_text": _change("findings", matched_text="something else"),
    "findings_are_the_sellers": _change("findings", direction="inbound"),
    "threads_match_findings": _empty("threads"),
    "incidents_hold_their_messages": _change("incidents", message_count=2),
    "steps_keep_their_order": _change("thread_steps", status="missing"),
    "rates_add_up": _change("rates", violating_threads=99),
    "alerts_add_up": _change("counterfactual", avoidable_threads=1, mode="monthly scan"),
    "lineage_goes_forward": _change("phrase_lineage", role="taken over"),
    "links_have_both_ends": _change("review_links", lag_hours=1.0),
    "money_ties_out": _change("thread_money", paid=4.99),
    "incidents_are_explained": _empty("incident_factors"),
    "before_and_after_agree": lambda store: store.put(
        "recurrence_tests", store.table("recurrence_tests").head(1)
    ),
}


def test_sound_archive_passes() -> None:
    """No invariant cries without a fault."""
    run_checks(sound(), PARAMS)


def test_every_check_has_a_plant() -> None:
    """A check that nobody has seen fail is none."""
    assert {query.table for query in queries("checks")} == PLANTS.keys()


@pytest.mark.parametrize("check", sorted(PLANTS))
def test_planted_fault_is_caught(check: str) -> None:
    """The planted fault stops the run, and the message names the invariant."""
    store = sound()
    PLANTS[check](store)
    purpose = next(query.purpose for query in queries("checks") if query.table == check)

    with pytest.raises(StageError, match="invariant broken") as caught:
        run_checks(store, PARAMS)
    assert purpose in str(caught.value)
