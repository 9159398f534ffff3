"""Makes a BagIt bag (RFC 8493) of a folder, and names what no longer fits one."""

import hashlib
import logging
import re
from datetime import datetime
from pathlib import Path

from pipeline.appeal.extras import need
from pipeline.appeal.seal import PUBLIC_KEY, SIGNATURE, TAG_MANIFEST, public_key_of, sign

MANIFEST = "manifest-sha256.txt"
_LINE = re.compile(r"(?P<sha256>[0-9a-f]{64})[ *]+(?P<path>\S.*)")
_TAGS = frozenset({"bagit.txt", "bag-info.txt", MANIFEST})


def make_bag(folder: Path, made: datetime, version: str, signing_key: Path | None) -> None:
    """Turn a folder into a bag in place, dated with the day given; sign it where a key is given.

    Raises:
        UsageError: the signing key is none.

    """
    bagit = need("bagit")
    logging.getLogger("bagit").setLevel(logging.ERROR)
    info = {
        "Bagging-Date": f"{made:%Y-%m-%d}",
        "External-Description": "Evidence on messages about customer reviews, redacted",
        "External-Identifier": f"msgaudit {version}",
    }
    bag = bagit.make_bag(str(folder), info, processes=1, checksums=["sha256"])
    if signing_key is None:
        return
    (folder / PUBLIC_KEY).write_bytes(public_key_of(signing_key))
    bag.save()
    (folder / SIGNATURE).write_bytes(sign(signing_key, (folder / TAG_MANIFEST).read_bytes()))


def broken_files(folder: Path) -> list[str]:
    """Return one line for every file that is altered, missing or not in the manifests."""
    found: list[str] = []
    listed: dict[str, set[str]] = {}
    for manifest in (MANIFEST, TAG_MANIFEST):
        listed[manifest] = set()
        path = folder / manifest
        if not path.is_file():
            found.append(f"{manifest}: missing")
            continue
        for no, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            entry = _LINE.fullmatch(line)
            if not entry:
                found.append(f"{manifest}: line {no} is altered: it names no file with its hash")
                continue
            name = entry["path"].replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
            listed[manifest].add(name)
            found += _compared(folder, name, entry["sha256"], manifest)
    return sorted(set(found + _added(folder, listed)))


def _compared(folder: Path, name: str, sha256: str, manifest: str) -> list[str]:
    path = folder / name
    inside = folder.resolve() in path.resolve().parents
    if not inside:
        return [f"{manifest}: names {name!r}, which is outside the pack"]
    if not path.is_file():
        return [f"{name}: missing, though {manifest} lists it"]
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        return [f"{name}: altered, or its line in {manifest} is"]
    return []


def _added(folder: Path, listed: dict[str, set[str]]) -> list[str]:
    known = listed[MANIFEST] | listed[TAG_MANIFEST] | {TAG_MANIFEST, SIGNATURE}
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (path.is_file() or path.is_symlink()) and name not in known:
            found.append(f"{name}: added, no manifest lists it")
    missing = sorted(_TAGS - listed[TAG_MANIFEST])
    return found + [f"{TAG_MANIFEST}: altered, it does not list {name}" for name in missing]
