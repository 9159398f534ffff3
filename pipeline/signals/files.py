"""Read a rule file's keys, naming file and key in every complaint."""

import tomllib
from pathlib import Path
from typing import Any

from pipeline.errors import RuleError


class Fields:
    """One table of a file; keys are taken out by type, and what is left over is an error."""

    def __init__(self, source: str, place: str, table: dict[str, Any]) -> None:
        """Wrap `table`, found at `place` (empty for the top) of the file `source`."""
        self.source = source
        self._place = place
        self._table = table
        self._seen: set[str] = set()

    def __contains__(self, key: str) -> bool:
        """Tell whether the table has `key`."""
        return key in self._table

    def error(self, key: str, message: str) -> RuleError:
        """Return the complaint about a key."""
        place = f"{self._place}.{key}" if self._place else key
        return RuleError(f"{place} {message}", source=self.source)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text.

        Raises:
            RuleError: it is missing and has no default, or is no text.

        """
        value = self._take(key, default)
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, str):
            raise self.error(key, "wants a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where absent.

        Raises:
            RuleError: it is no list of texts.

        """
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(key, "wants a list of texts")
        return tuple(value)

    def number(self, key: str, default: int) -> int:
        """Return a whole number.

        Raises:
            RuleError: it is none.

        """
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(key, "wants a whole number, 0 or more")
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean, false where absent.

        Raises:
            RuleError: it is none.

        """
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            raise self.error(key, "wants true or false")
        return value

    def table(self, key: str) -> "Fields":
        """Return a table below this one, empty where absent.

        Raises:
            RuleError: it is no table.

        """
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self.error(key, "wants a table")
        return Fields(self.source, f"{self._place}.{key}" if self._place else key, value)

    def tables(self, key: str) -> list["Fields"]:
        """Return a list of tables, empty where absent.

        Raises:
            RuleError: it is no list of tables.

        """
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(key, f"wants [[{key}]] tables")
        return [Fields(self.source, f"{key}[{n}]", item) for n, item in enumerate(value, 1)]

    def by_language(self, key: str) -> dict[str, tuple[str, ...]]:
        """Return a table of text lists, by language."""
        below = self.table(key)
        found = {lang: below.texts(lang) for lang in below.keys()}  # noqa: SIM118
        below.finish()
        return found

    def keys(self) -> tuple[str, ...]:
        """Return the table's keys in the order written."""
        return tuple(self._table)

    def finish(self) -> None:
        """Complain about the first key that nobody asked for.

        Raises:
            RuleError: there is one.

        """
        for key in self._table:
            if key not in self._seen:
                raise self.error(key, "is not a known key")

    def _take(self, key: str, default: object) -> object:
        self._seen.add(key)
        return self._table.get(key, default)


def read_fields(path: Path) -> Fields:
    """Open a TOML file.

    Raises:
        RuleError: it cannot be read or is no TOML.

    """
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise RuleError(f"cannot be read: {error.strerror}", source=str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"is not valid TOML: {error}", source=str(path)) from None
    except RecursionError:
        raise RuleError("is nested too deep", source=str(path)) from None
    return Fields(str(path), "", data)
