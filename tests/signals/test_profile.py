"""The time profile names the rules that were run, with what they cost and found."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.signals import profile as profile_module
from pipeline.signals.grammar import Match
from pipeline.signals.patterns import Idiom, Pattern
from pipeline.signals.profile import profile_rules
from pipeline.signals.reading import Reading
from pipeline.signals.ruleset import Ruleset

ASK = "Please take the bad review of our kettle down."
DEAR = "removal_asked.asked"


def test_a_rule_that_takes_long_comes_first(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time is its own, it is tried and matched once a message, and the shares add up."""
    plain = profile_module.run_rules

    def slow(
        reading: Reading, rules: Ruleset, patterns: Iterable[Pattern], idioms: Iterable[Idiom]
    ) -> list[Match]:
        patterns = list(patterns)
        if [pattern.id for pattern in patterns] == [DEAR]:
            time.sleep(0.05)
        return plain(reading, rules, patterns, idioms)

    monkeypatch.setattr(profile_module, "run_rules", slow)
    profile = profile_rules([ASK, "Good morning.", ASK], ruleset)
    dearest = profile.costs[0]
    assert (dearest.rule_id, dearest.tried, dearest.matched) == (DEAR, 2, 2)
    assert dearest.seconds >= 0.1
    assert profile.rules_seconds == pytest.approx(sum(cost.seconds for cost in profile.costs))
    assert all(cost.tried for cost in profile.costs)
    summary, head, first, rest = profile.lines(1)
    assert summary.startswith("3 messages, ")
    assert head.split() == ["share", "ms", "tried", "matched", "rule"]
    assert first.endswith(f"  {DEAR} (pattern)")
    assert f"{len(profile.costs) - 1} more" in rest


def test_the_command_reads_exports(tmp_path: Path) -> None:
    """Any export will do; the dearest rules are told, as many as were asked for."""
    export = tmp_path / "messages.csv"
    export.write_text(
        f'thread_id,sent_at,direction,body\nt1,2024-05-01T10:00:00Z,outbound,"{ASK}"\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(app, ["rules", "profile", str(export), "--top", "2", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["messages"] == 1
    assert len(told["rules"]) == 2
    assert set(told["seconds"]) == {"words", "choice", "rules"}


def test_nothing_to_read_is_said(tmp_path: Path) -> None:
    """An export without messages ends with the code for nothing read."""
    (tmp_path / "empty.csv").write_text("thread_id,sent_at,direction,body\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["rules", "profile", str(tmp_path)])
    assert result.exit_code == 3
