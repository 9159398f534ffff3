"""The sample archive's own pack: not one of its invented buyers is in any file of it."""

import re
import sys
from pathlib import Path

import pytest
from appeal_shop import run
from pack_texts import texts_of

from pipeline.resources import resource_dir

SAMPLE = resource_dir("sample_data")
_PICTURES = (".png", ".sig")


@pytest.fixture(scope="module")
def sample_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the pack of the sample archive."""
    folder = tmp_path_factory.mktemp("sample")
    settings = folder / "audit.toml"
    settings.write_text((SAMPLE / "audit.toml").read_text())
    for command in (
        ("audit", SAMPLE / "exports", "--out", folder / "audit", "--config", settings),
        ("appeal", folder / "audit", "--out", folder / "pack", "--config", settings),
    ):
        code, _, said = run(*command)
        assert code == 0, said
    return folder / "pack"


def test_no_buyer_of_the_sample_is_found(
    sample_pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No first name, no surname, no relay address stands in any file, unpacked."""
    monkeypatch.syspath_prepend(str(SAMPLE))
    names = sys.modules.get("make") or __import__("make")
    words = "|".join(sorted({word for name in names.NAMES for word in name.split()}))
    relays = set(re.findall(r"[\w.+-]+@marketplace\.amazon\.co\.uk", _archive()))
    known = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])")
    assert relays

    for name, text in texts_of(sample_pack).items():
        if not name.endswith(_PICTURES):
            assert set() == set(known.findall(text)), name
            assert set() == {one for one in relays if one in text}, name


def _archive() -> str:
    mails = sorted((SAMPLE / "exports" / "mail").glob("*.mbox"))
    return "".join(path.read_text(encoding="utf-8", errors="ignore") for path in mails)
