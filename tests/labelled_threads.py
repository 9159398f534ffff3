"""Labelled threads, audited: for tests that ask for the verdict on each."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contract.shop import Run, audit, said, table

Thread = dict[str, Any]
_LABELLED = Path(__file__).with_name("labelled")


def labelled(*names: str) -> list[Thread]:
    """Return the threads of labelled files, one after the other."""
    return [
        json.loads(line)
        for name in names
        for line in (_LABELLED / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


def audited(threads: Sequence[Thread], folder: Path) -> Run:
    """Audit all threads at once; a message's id is its thread's with the message's number."""
    rows = [
        said(f"{thread['id']}#{number}", f"2025-02-01T10:0{number}:00Z", message["body"],
             thread_id=thread["id"], direction=message["direction"], subject="")
        for thread in threads
        for number, message in enumerate(thread["messages"])
    ]  # fmt: skip
    table(folder / "in" / "m.csv", rows)
    return audit(folder)


def named_in(run: Run, evidence: str) -> set[str]:
    """Return the threads of an evidence table."""
    return {str(row["message_id"]).split("#", maxsplit=1)[0] for row in run.rows(evidence)}
