"""The configuration (`audit.toml`): every key optional, an unknown key is an error naming it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import ConfigError
from pipeline.model import KINDS, SEVERITIES
from pipeline.sizes import parse_size

_UNSHOWN = ("base", "path", "notify", "decisions_given")
SECOND_READER: Mapping[str, float] = {
    "second_reader_sure_answer": 0.46,
    "second_reader_sure_internal": 0.48,
    "second_reader_sure_opening": 0.67,
    "second_reader_sure_alone": 0.48,
    "second_reader_likely": 0.48,
    "second_reader_doubt": 0.45,
    "second_reader_plain": 0.25,
    "second_reader_told": 0.08,
    "second_reader_settled": 0.05,
    "second_reader_internal": 0.48,
}
"""From the `sure` scores on the second reader's opinion is a finding to be confirmed: in an answer
to a buyer, among staff, where staff open a conversation that staff go on with, in a message that
answers none; from `likely` on a weak match is one; below `doubt` every match goes to the queue;
`internal` stands for both among staff; from `plain` on a sure match on contact elsewhere or a
benefit offered to a buyer stands, and a weak ask that leans on the message before; from `told` on a
sure ask to change a review, where the case speaks of one; from `settled` on, by its own words
alone, a reply to a buyer who changed one or offered to settles with that buyer. Measured on texts
by authors left out of its training."""


@dataclass(frozen=True, slots=True)
class AuthorisedSender:
    """Somebody who may write to buyers, from and until the given days (both included)."""

    name: str
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How to read an unknown table: file pattern, kind, canonical column -> header."""

    match: str
    kind: str
    columns: Mapping[str, str]
    date_order: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the seller has done or promised, for the Plan of Action."""

    kind: str
    date: date
    title: str
    detail: str = ""
    document: str = ""
    status: str = "done"


@dataclass(frozen=True, slots=True)
class Config:
    """One run's settings; `base` is the folder that relative paths start at."""

    base: Path = field(default_factory=Path)
    path: Path = field(default_factory=Path)
    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    timezone: str = "UTC"
    authorised_senders: tuple[AuthorisedSender, ...] = ()
    input_paths: tuple[Path, ...] = ()
    mappings: tuple[TableMapping, ...] = ()
    rule_paths: tuple[Path, ...] = ()
    disabled: tuple[str, ...] = ()
    window_days: int = 30
    negative_at_most: int = 3
    gap_days: int = 14
    scan_state: Path = Path("audit-state")
    scan_out: Path = Path("scans")
    scan_decisions: Path = Path("decisions.csv")
    decisions_given: bool = False
    scan_fail_on: str = "medium"
    notify: tuple[str, ...] = ()
    key_file: Path = Path("pseudonym.key")
    archive_ratio: int = 100
    archive_bytes: int = 20 * 10**9
    font_dir: Path | None = None
    measures: tuple[Measure, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of times without an offset, of `--since`/`--until` and of months."""
        return ZoneInfo(self.timezone)

    def params(self) -> dict[str, object]:
        """Return the parameters that SQL stages may ask for."""
        return {
            "window_days": self.window_days,
            "negative_at_most": self.negative_at_most,
            "gap_days": self.gap_days,
            "timezone": self.timezone,
            "disabled": list(self.disabled),
            **SECOND_READER,
        }

    def settings(self) -> dict[str, Any]:
        """Return the settings as they were applied, for `summary.json` and the method section."""
        shown = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _UNSHOWN}
        return {name: _plain(value) for name, value in sorted(shown.items())}


def load_config(path: Path) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: it cannot be read, or a key or value in it is not understood.

    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", source=str(path)) from None
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8 text", source=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}", source=str(path)) from None
    except RecursionError:
        raise ConfigError("is nested too deep", source=str(path)) from None
    return _Reader(path).config(data)


class _Reader:
    """Walks the tables of one file; every message names the file and the key."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.base = path.resolve().parent

    def config(self, data: dict[str, Any]) -> Config:
        known = {"seller", "inputs", "rules", "correlate", "incidents", "scan", "privacy", "limits"}
        self._keys(data, known | {"appeal", "measure"}, "")
        values: dict[str, Any] = {"base": self.base, "path": self.path.resolve()}
        for name, read in (
            ("seller", self._seller),
            ("inputs", self._inputs),
            ("rules", self._rules),
            ("correlate", self._correlate),
            ("incidents", self._incidents),
            ("scan", self._scan),
            ("privacy", self._privacy),
            ("limits", self._limits),
            ("appeal", self._appeal),
        ):
            values |= read(self._table(data, name))
        values["measures"] = tuple(
            self._measure(item, f"measure[{n}]")
            for n, item in enumerate(self._tables(data, "measure", ""), 1)
        )
        return Config(**{key: value for key, value in values.items() if value is not None})

    def _seller(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(
            table,
            {"addresses", "names", "marketplaces", "timezone", "authorised_senders"},
            "seller",
        )
        zone = self._text(table, "timezone", "seller")
        if zone is not None:
            try:
                ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder, a name without end
                raise self._error(
                    "seller.timezone", f"{zone!r} is no time zone; write it like Europe/London"
                ) from None
        markets = self._texts(table, "marketplaces", "seller")
        return {
            "addresses": self._lowered(self._texts(table, "addresses", "seller")),
            "names": self._texts(table, "names", "seller"),
            "marketplaces": tuple(m.strip().upper() if len(m.strip()) == 2 else m for m in markets)  # noqa: PLR2004
            if markets is not None
            else None,
            "timezone": zone,
            "authorised_senders": self._senders(table),
        }

    def _senders(self, table: dict[str, Any]) -> tuple[AuthorisedSender, ...] | None:
        if "authorised_senders" not in table:
            return None
        place = "seller.authorised_senders"
        found = []
        for item in self._list(table["authorised_senders"], place):
            if isinstance(item, str):
                found.append(AuthorisedSender(item))
            elif isinstance(item, dict) and isinstance(item.get("name"), str):
                self._keys(item, {"name", "from", "until"}, place)
                found.append(
                    AuthorisedSender(
                        item["name"],
                        self._day(item, "from", place),
                        self._day(item, "until", place),
                    )
                )
            else:
                raise self._error(place, 'wants names or { name = "...", from = 2025-03-01 }')
        return tuple(found)

    def _inputs(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"paths", "mapping"}, "inputs")
        mappings = []
        for n, item in enumerate(self._tables(table, "mapping", "inputs."), 1):
            place = f"inputs.mapping[{n}]"
            self._keys(item, {"match", "kind", "date_order", "columns"}, place)
            kind = self._required(item, "kind", place)
            if kind not in KINDS:
                raise self._error(f"{place}.kind", f"{kind!r} is not one of {', '.join(KINDS)}")
            order = self._text(item, "date_order", place) or ""
            if order not in ("", "dmy", "mdy", "ymd"):
                raise self._error(f"{place}.date_order", f"{order!r} is not one of dmy, mdy, ymd")
            columns = item.get("columns")
            if not isinstance(columns, dict) or not all(
                isinstance(v, str) for v in columns.values()
            ):
                raise self._error(f"{place}.columns", 'wants { sent_at = "When", ... }')
            mappings.append(
                TableMapping(self._required(item, "match", place), kind, columns, order)
            )
        return {"input_paths": self._paths(table, "paths", "inputs"), "mappings": tuple(mappings)}

    def _rules(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"paths", "disable"}, "rules")
        return {
            "rule_paths": self._paths(table, "paths", "rules"),
            "disabled": self._texts(table, "disable", "rules"),
        }

    def _correlate(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"window_days", "negative_at_most"}, "correlate")
        return {
            "window_days": self._number(table, "window_days", "correlate", 1, 3650),
            "negative_at_most": self._number(table, "negative_at_most", "correlate", 1, 5),
        }

    def _incidents(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"gap_days"}, "incidents")
        return {"gap_days": self._number(table, "gap_days", "incidents", 1, 3650)}

    def _scan(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"state", "out", "decisions", "fail_on", "notify"}, "scan")
        fail_on = self._text(table, "fail_on", "scan")
        if fail_on is not None and fail_on not in SEVERITIES:
            raise self._error("scan.fail_on", f"{fail_on!r} is not one of {', '.join(SEVERITIES)}")
        return {
            "scan_state": self._path(table, "state", "scan", "audit-state"),
            "scan_out": self._path(table, "out", "scan", "scans"),
            "scan_decisions": self._path(table, "decisions", "scan", "decisions.csv"),
            "decisions_given": "decisions" in table,
            "scan_fail_on": fail_on,
            "notify": self._texts(table, "notify", "scan"),
        }

    def _privacy(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"key_file"}, "privacy")
        return {"key_file": self._path(table, "key_file", "privacy", "pseudonym.key")}

    def _limits(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"archive_ratio", "archive_bytes"}, "limits")
        size = table.get("archive_bytes")
        if size is not None and not isinstance(size, str | int):
            raise self._error("limits.archive_bytes", 'wants a size like "20GB"')
        place = f"{self.path}: limits.archive_bytes"
        return {
            "archive_ratio": self._number(table, "archive_ratio", "limits", 1, 10**6),
            "archive_bytes": None if size is None else parse_size(str(size), source=place),
        }

    def _appeal(self, table: dict[str, Any]) -> dict[str, Any]:
        self._keys(table, {"font_dir"}, "appeal")
        given = self._text(table, "font_dir", "appeal")
        return {"font_dir": None if given is None else self.base / given}

    def _measure(self, item: dict[str, Any], place: str) -> Measure:
        self._keys(item, {"kind", "date", "title", "detail", "document", "status"}, place)
        status = self._text(item, "status", place) or "done"
        if status not in ("done", "promised"):
            raise self._error(f"{place}.status", f"{status!r} is not one of done, promised")
        day = self._day(item, "date", place)
        if day is None:
            raise self._error(f"{place}.date", "is missing; write it like 2025-03-01")
        return Measure(
            kind=self._required(item, "kind", place),
            date=day,
            title=self._required(item, "title", place),
            detail=self._text(item, "detail", place) or "",
            document=self._text(item, "document", place) or "",
            status=status,
        )

    def _error(self, key: str, message: str) -> ConfigError:
        return ConfigError(f"{key}: {message}", source=str(self.path))

    def _keys(self, table: dict[str, Any], known: set[str], place: str) -> None:
        for key in table:
            if key not in known:
                name = f"{place}.{key}" if place else key
                raise self._error(name, f"unknown key; known here: {', '.join(sorted(known))}")

    def _table(self, data: dict[str, Any], name: str) -> dict[str, Any]:
        table = data.get(name, {})
        if not isinstance(table, dict):
            raise self._error(name, f"wants a table: [{name}]")
        return table

    def _tables(self, data: dict[str, Any], name: str, place: str) -> list[dict[str, Any]]:
        items = data.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self._error(f"{place}{name}", f"wants tables: [[{place}{name}]]")
        return items

    def _list(self, value: object, place: str) -> list[Any]:
        if not isinstance(value, list):
            raise self._error(place, "wants a list")
        return value

    def _text(self, table: dict[str, Any], key: str, place: str) -> str | None:
        value = table.get(key)
        if value is not None and not isinstance(value, str):
            raise self._error(f"{place}.{key}", "wants a text")
        return value

    def _required(self, table: dict[str, Any], key: str, place: str) -> str:
        value = self._text(table, key, place)
        if not value:
            raise self._error(f"{place}.{key}", "is missing")
        return value

    def _texts(self, table: dict[str, Any], key: str, place: str) -> tuple[str, ...] | None:
        if key not in table:
            return None
        items = self._list(table[key], f"{place}.{key}")
        if not all(isinstance(item, str) for item in items):
            raise self._error(f"{place}.{key}", "wants a list of texts")
        return tuple(items)

    @staticmethod
    def _lowered(items: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if items is None else tuple(item.strip().lower() for item in items)

    def _number(
        self, table: dict[str, Any], key: str, place: str, low: int, high: int
    ) -> int | None:
        value = table.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._error(f"{place}.{key}", f"wants a whole number from {low} to {high}")
        return value

    def _day(self, table: dict[str, Any], key: str, place: str) -> date | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC).date() if value.tzinfo else value.date()
        if isinstance(value, date):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self._error(f"{place}.{key}", "wants a day like 2025-03-01")

    def _path(self, table: dict[str, Any], key: str, place: str, default: str) -> Path:
        return self.base / (self._text(table, key, place) or default)

    def _paths(self, table: dict[str, Any], key: str, place: str) -> tuple[Path, ...] | None:
        texts = self._texts(table, key, place)
        return None if texts is None else tuple(self.base / text for text in texts)


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, AuthorisedSender | TableMapping | Measure):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
