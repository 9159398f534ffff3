"""CONTRACT section 2: `init` and the catalogue of rules."""

import os
import tomllib
from pathlib import Path

from contract.shop import PLAIN, REMOVE, audit, msgaudit, table


def _archive(folder: Path) -> Path:
    rows = [
        {"message_id": f"m{n}", "sent_at": f"2025-03-0{n}T10:00:00Z", "sender": sender,
         "recipient": recipient, "body": body, "marketplace": "DE"}
        for n, (sender, recipient, body) in enumerate([
            ("help@lumen.example", "a@web.example", REMOVE),
            ("help@lumen.example", "b@web.example", PLAIN),
            ("help@lumen.example", "c@web.example", PLAIN),
            ("c@web.example", "help@lumen.example", "Thanks"),
        ], 1)
    ]  # fmt: skip
    return table(folder / "in" / "m.csv", rows)


def test_init_from_exports_proposes_what_makes_them_readable(tmp_path: Path) -> None:
    """The seller, the marketplaces and the zone are proposed, and the file works as written."""
    exports = _archive(tmp_path)
    run = msgaudit("init", tmp_path / "new", "--from", exports)
    assert run.code == 0, run.stderr
    assert "help@lumen.example" in run.stdout
    written = tmp_path / "new" / "audit.toml"
    text = written.read_text(encoding="utf-8")
    seller = tomllib.loads(text)["seller"]
    assert seller["addresses"] == ["help@lumen.example"]
    assert seller["marketplaces"] == ["DE"]
    assert seller["timezone"] == "Europe/Berlin"
    assert "#" in text, "it explains itself"
    found = audit(tmp_path, config=text)
    assert found.messages("direction") == {
        "m1": "outbound", "m2": "outbound", "m3": "outbound", "m4": "inbound",
    }  # fmt: skip
    assert {row["message_id"] for row in found.rows("findings")} == {"m1"}


def test_what_a_command_writes_is_its_owners(tmp_path: Path) -> None:
    """Whatever the shell allows others: names of staff and buyers' words stand in the settings."""
    before = os.umask(0)
    try:
        assert msgaudit("init", tmp_path / "new").code == 0
        assert os.umask(0) == 0, "the caller's own is given back"
    finally:
        os.umask(before)
    made = (tmp_path / "new", tmp_path / "new" / "audit.toml")
    assert [path.stat().st_mode & 0o777 for path in made] == [0o700, 0o600]


def test_init_leaves_an_existing_file_alone(tmp_path: Path) -> None:
    """Exit 2, the file is named and keeps its bytes; without inputs the defaults are written."""
    assert msgaudit("init", tmp_path).code == 0
    written = tmp_path / "audit.toml"
    assert tomllib.loads(written.read_text(encoding="utf-8"))["incidents"]["gap_days"] == 14
    before = written.read_bytes()
    run = msgaudit("init", tmp_path)
    assert run.code == 2
    assert "audit.toml" in run.stderr
    assert written.read_bytes() == before


def test_rules_list_and_show() -> None:
    """Each rule is listed with what it is for; `show` takes what `list` names."""
    listed = msgaudit("rules", "list", "--json").answer["rules"]
    names = {row["name"] for row in listed}
    assert "removal_asked" in names
    assert all(row["why"] for row in listed)
    shown = msgaudit("rules", "show", "removal_asked")
    assert shown.code == 0
    assert "removal_asked" in shown.stdout
    policy = msgaudit("rules", "show", "review-change-request")
    assert policy.code == 0, policy.stderr
    unknown = msgaudit("rules", "show", "no_such_rule")
    assert unknown.code == 2
    assert "no_such_rule" in unknown.stderr


def test_rules_of_ones_own_that_are_broken_are_named(tmp_path: Path) -> None:
    """A folder that is not there, or a file that is no rule, is exit 2 with its name."""
    assert msgaudit("rules", "test", tmp_path / "nowhere").code == 2
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "mine.toml").write_text("nonsense = [", encoding="utf-8")
    run = msgaudit("rules", "test", tmp_path)
    assert run.code == 2
    assert "mine.toml" in run.stderr
