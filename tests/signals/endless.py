"""Read messages that repeat words of the rules, each with little CPU time.

A process of its own, as the engine for columns has threads that no fork survives.
"""

import resource

import polars as pl

from pipeline.signals.batch import batch_reader
from pipeline.signals.engine import scan_columns, scan_reference
from pipeline.signals.ruleset import load_ruleset

_LETTERS = 100_000
_CPU_SECONDS = 20
_REPEATED = (
    "remove review ",
    "refund. please remove your review. ",
    "5 star review ",
    "do not remove review ",
    "change it we refund ",
    "bewertung löschen nicht ",
    "请删除差评我们退款",
)
_ASKED = "请删除差评。"
_BEGUN = "評" * 400_000
"""Each of its letters begins words of several pieces that never come to their end."""


def main() -> None:
    """Read each with both engines; the kernel ends what compares all hits with each other."""
    rules = load_ruleset()
    reader = batch_reader(rules)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    texts = [said * (_LETTERS // len(said)) for said in _REPEATED]
    for text in (*texts, _ASKED + _BEGUN):
        print(text[:40], flush=True)  # noqa: T201 - the last one named is the one that took too long
        batch = pl.DataFrame({"message_id": ["m"], "subject": [""], "body": [text]}).with_columns(
            own=pl.lit(None, pl.List(pl.Struct({"start": pl.Int32, "end": pl.Int32})))
        )
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + _CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        found = scan_columns(batch, reader)
        assert found.height
        assert found.equals(scan_reference(batch, rules))


main()
