"""Reads every file of a pack as whoever looks for a buyer would."""

import io
import zipfile
from pathlib import Path

import polars as pl
import pypdf


def texts_of(pack: Path) -> dict[str, str]:
    """Return the text of every file, containers unpacked and PDF read."""
    found = {}
    for path in sorted(pack.rglob("*")):
        name = path.relative_to(pack).as_posix()
        if path.is_dir() or name.startswith("data/rules/"):
            continue
        data = path.read_bytes()
        if path.suffix in (".docx", ".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                found |= {f"{name}!{one}": archive.read(one).decode("utf-8", "ignore")
                          for one in archive.namelist()}  # fmt: skip
        elif path.suffix == ".pdf":
            found[name] = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
        elif path.suffix == ".parquet":
            found[name] = pl.read_parquet(path).write_json()
        else:
            found[name] = data.decode("utf-8", "ignore")
    return found
