"""`msgaudit sample`: what is drawn, what a judged sample proves, where it is said."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from contract.shop import PLAIN, REMOVE, Run, audit, said, table
from scipy.stats import binom
from typer.testing import CliRunner, Result

from pipeline.cli import app

OF = 90
"""So many messages have no finding, two thirds in one channel."""
DRAWN = 30


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit ordinary messages of two channels, and one ask."""
    folder = tmp_path_factory.mktemp("sampled")
    rows = [
        said(f"m{number}", f"2025-02-01T10:00:{number % 60:02}Z", f"{PLAIN} No. {number}",
             channel="chat" if number % 3 else "email", thread_id=f"t{number}")
        for number in range(OF)
    ]  # fmt: skip
    rows.append(said("ask", "2025-02-01T12:00:00Z", REMOVE, thread_id="ask"))
    rows.append(said("buyer", "2025-02-01T12:00:00Z", PLAIN, thread_id="buyer",
                     direction="inbound", sender="kim@web.example"))  # fmt: skip
    table(folder / "in" / "m.csv", rows)
    return audit(folder)


def sample(shop: Run, *args: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["sample", str(shop.out), *map(str, args)])


def drawn(shop: Run, out: Path, *args: object) -> list[dict[str, str]]:
    """Draw, and read what was drawn."""
    done = sample(shop, "--n", DRAWN, "--out", out, *args)
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def judge(rows: list[dict[str, str]], out: Path, violating: int) -> Path:
    """Write the sample with the first few judged as violations."""
    with out.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow(row | {"violates": "Yes" if number < violating else "no"})
    return out


def test_it_is_drawn_from_what_nobody_was_pointed_to(shop: Run, tmp_path: Path) -> None:
    """No finding, no buyer's message, channels in proportion, the same with the same seed."""
    first = drawn(shop, tmp_path / "a.csv")
    again = drawn(shop, tmp_path / "b.csv")
    other = drawn(shop, tmp_path / "c.csv", "--seed", 7)
    assert Counter(row["channel"] for row in first) == {"chat": 20, "email": 10}
    assert not {"ask", "buyer"} & {row["message_id"] for row in first}
    assert first == again
    assert first != other


@pytest.mark.parametrize("violating", [0, 2])
def test_the_bound_is_exact(shop: Run, tmp_path: Path, violating: int) -> None:
    """At the stated share so few are seen in 2.5 % of samples; report and table say it."""
    rows = drawn(shop, tmp_path / "s.csv")
    done = sample(shop, "--judge", judge(rows, tmp_path / "j.csv", violating), "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["sampled"], told["violating"], told["population"]) == (DRAWN, violating, OF)
    assert binom.cdf(violating, DRAWN, told["share_at_most"]) == pytest.approx(0.025)
    assert told["message_ids"] == [row["message_id"] for row in rows[:violating]]
    assert told["reading"] in (shop.out / "report.html").read_text(encoding="utf-8")


def test_a_sample_that_was_tampered_with_is_refused(shop: Run, tmp_path: Path) -> None:
    """Rows left out, another seed, unjudged rows: one line each, and the audit stays."""
    rows = drawn(shop, tmp_path / "s.csv")
    before = (shop.out / "audit.duckdb").read_bytes()
    fewer = [row for row in rows if row["channel"] == "chat"]
    whole = judge(rows, tmp_path / "j.csv", 0)
    for args, part in (
        ((judge(fewer, tmp_path / "f.csv", 0),), "is not the sample of 20 messages"),
        ((whole, "--seed", 9), "is not the sample"),
        ((tmp_path / "s.csv",), "write yes or no"),
        ((tmp_path / "none.csv",), "no such file"),
    ):
        done = sample(shop, "--judge", *args)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
        assert part in done.stderr
    assert (shop.out / "audit.duckdb").read_bytes() == before


def test_a_sample_is_not_written_over(shop: Run, tmp_path: Path) -> None:
    """Judgements of hours are not lost to a second call."""
    drawn(shop, tmp_path / "s.csv")
    done = sample(shop, "--out", tmp_path / "s.csv")
    assert done.exit_code == 2
    assert "is there already" in done.stderr
