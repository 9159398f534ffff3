"""The sample archive's story: two incidents exact to the message, trigger, recurrence, gaps."""

import csv
import importlib.util
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from pipeline.audit import AuditRequest, run_audit
from pipeline.config import load_config
from pipeline.resources import resource_dir
from pipeline.store import Store

SAMPLE = resource_dir("sample_data")


@pytest.fixture(scope="module")
def made() -> ModuleType:
    """Load the script that made the archive: it knows which messages ask."""
    spec = importlib.util.spec_from_file_location("make_sample", SAMPLE / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def audited(folder: Path, change: Callable[[Path], None]) -> dict[str, pl.DataFrame]:
    """Return the evidence of the sample archive after `change`."""
    exports, out = folder / "exports", folder / "out"
    shutil.copytree(SAMPLE / "exports", exports)
    change(exports)
    result = run_audit(AuditRequest([exports], out, load_config(SAMPLE / "audit.toml")))
    tables = ("incidents", "findings", "threads", "recurrence_tests", "rates", "coverage")
    read = {name: pl.read_parquet(out / "evidence" / f"{name}.parquet") for name in tables}
    with Store(out / "audit.duckdb", read_only=True) as store:
        said = pl.DataFrame({"line": result.lines()})
        return read | {"messages": store.table("messages"), "said": said}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """Audit the archive as it is."""
    return audited(tmp_path_factory.mktemp("whole"), lambda _: None)


def test_the_readme_counts_the_month(whole: dict[str, pl.DataFrame]) -> None:
    """What the section on monthly use prints of February is what February holds."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    sent = pl.col("sent_at").cast(pl.String).str.starts_with("2025-02")
    assert f"\n  2025-02: {whole['findings'].filter(sent).height} new\n" in readme


def test_the_readme_shows_this_run(whole: dict[str, pl.DataFrame]) -> None:
    """What its first screen shows is what the command prints, but for the place of the report."""
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("$ make demo\n")[2].partition("```")[0].splitlines()
    assert shown[:-2] == whole["said"]["line"].to_list()[:-1]


def flagged_bodies(tables: dict[str, pl.DataFrame], incident: int) -> list[str]:
    """Return the bodies of the outbound messages of an incident, in time order."""
    incident_id = tables["incidents"].item(incident, "incident_id")
    found = tables["findings"].filter(incident_id=incident_id, direction="outbound")
    ids = found.unique("message_id").sort("sent_at").get_column("message_id").to_list()
    bodies = dict(tables["messages"].select("message_id", "body").rows())
    return [" ".join(bodies[message_id].split()) for message_id in ids]


def filled(template: str) -> re.Pattern[str]:
    """Return what a template looks like with its gaps filled in."""
    return re.compile(".{1,30}".join(map(re.escape, re.split(r"\{\w+\}", template))))


def test_incidents_are_exact(whole: dict[str, pl.DataFrame], made: ModuleType) -> None:
    """Every message that was made to ask is flagged, in its incident, and no other to a buyer."""
    for incident, texts in ((0, made.FEBRUARY), (1, made.MAY)):
        found = flagged_bodies(whole, incident)
        assert len(texts) == len(found)
        for text, body in zip(texts, found, strict=True):
            assert filled(text).search(body)
    counts = whole["incidents"].select("thread_count", "message_count").rows()

    assert counts == [(7, 7), (9, 9)]  # May: eight asks and the plan in the staff chat
    internal = whole["findings"].filter(direction="internal").get_column("message_id").unique()
    assert len(internal) == 1


def test_trigger_and_recurrence(whole: dict[str, pl.DataFrame]) -> None:
    """May comes again after the warning of 17 February, with the contact function new."""
    first, second = whole["incidents"].to_dicts()

    assert (first["recurrence"], first["after_notice_id"]) == (False, None)
    assert (second["recurrence"], second["days_since_notice"]) == (True, 86)
    assert second["trigger"].startswith("channel contact-customer (new on 2025-05-15)")
    assert (first["severity"], second["severity"]) == ("critical", "critical")


def test_without_the_warning(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """Removing the warning removes the recurrence and changes no finding."""

    def drop_warning(exports: Path) -> None:
        mbox = exports / "mail" / "mail-2025.mbox"
        mails = re.split(rb"(?m)^(?=From \d)", mbox.read_bytes())
        kept = [mail for mail in mails if b"Subject: Policy Warning" not in mail]
        assert len(kept) == len(mails) - 1
        mbox.write_bytes(b"".join(kept))

    tables = audited(tmp_path, drop_warning)
    assert tables["incidents"].get_column("recurrence").to_list() == [False, False]
    ids = [set(t["findings"].get_column("finding_id")) for t in (tables, whole)]
    assert ids[0] == ids[1]


def test_a_missing_month_is_no_clean_month(tmp_path: Path, whole: dict[str, pl.DataFrame]) -> None:
    """Without the help desk's December the month is missing and no difference is claimed."""

    def drop_december(exports: Path) -> None:
        desk = exports / "helpdesk" / "messages.csv"
        with desk.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.reader(handle))
        kept = [row for row in rows if "helpdesk-own" not in row or "2024-12-" not in row[2]]
        with desk.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(kept)

    tables = audited(tmp_path, drop_december)
    gap = tables["coverage"].filter(channel="helpdesk-own", month="2024-12")
    assert gap.get_column("status").to_list() == ["none"]

    def claims(frame: dict[str, pl.DataFrame]) -> set[str]:
        overall = frame["rates"].filter(
            pl.col("period") == "all", pl.col("dimension") == "operator"
        )
        return set(overall.get_column("verdict"))

    assert "higher than the rest" in claims(whole)
    assert claims(tables) == {"unsure: archive incomplete"}
    assert set(whole["recurrence_tests"].get_column("n_missing_months")) == {0}
    assert set(tables["recurrence_tests"].get_column("n_missing_months")) == {1}
