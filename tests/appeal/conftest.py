"""One planted shop, audited once; packs of it, made with one key."""

import os
import shutil
from pathlib import Path

import pytest
from appeal_shop import Run, audit, run, write_exports
from planted_shop import FILES, SETTINGS


@pytest.fixture(scope="session")
def msgaudit() -> Run:
    """Return the command line."""
    return run


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the planted exports, its settings and a finished audit of them."""
    folder = tmp_path_factory.mktemp("shop")
    write_exports(folder / "exports", FILES)
    (folder / "audit.toml").write_text(SETTINGS, encoding="utf-8")
    audit(folder, sorted((folder / "exports").iterdir()), folder / "audit")
    return folder


@pytest.fixture(scope="session")
def signing_key(shop: Path) -> Path:
    """Return a key to sign with."""
    key = shop / "seller.key"
    code, _, said = run("keygen", key)
    assert code == 0, said
    return key


@pytest.fixture(scope="session")
def packed(shop: Path, signing_key: Path) -> Path:
    """Return a signed pack in a folder; nobody changes it."""
    pack = shop / "pack"
    code, _, said = run(
        "appeal", shop / "audit", "--out", pack, "--config", shop / "audit.toml",
        "--sign", signing_key,
    )  # fmt: skip
    assert code == 0, said
    return pack


@pytest.fixture
def pack(packed: Path, tmp_path: Path) -> Path:
    """Return a copy of the pack that a test may spoil."""
    return Path(shutil.copytree(packed, tmp_path / "pack"))


@pytest.fixture
def audited(shop: Path, tmp_path: Path) -> Path:
    """Return a copy of the audit that a test may spoil."""
    return Path(shutil.copytree(shop / "audit", tmp_path / "audit"))


@pytest.fixture(autouse=True)
def _no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "SOURCE_DATE_EPOCH" not in os.environ
