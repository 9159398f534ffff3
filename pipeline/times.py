"""Times in any export's manner of writing -> aware UTC; what stays ambiguous is refused.

The rules (contract, section 3): a time without an offset is read in the configured zone; the
order of day and month follows an explicit order, else the marketplace; a repeated hour is read
as the first and a skipped one moved forward, both with a warning. Nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

import polars as pl
from dateutil import parser as dateparser

from pipeline.time_words import ENGLISH, FILLERS, LOCAL_ZONES, MONTHS, WEEKDAYS, ZONES, fold

AT = pl.Datetime("us", "UTC")
"""The type of every time from here on."""

ORDERS = ("dmy", "mdy", "ymd")
"""The orders of day, month and year that a rule can name."""

REPEATED = "the hour is repeated that night (clocks go back): read as the first"
SKIPPED = "the hour does not exist that night (clocks go forward): moved forward"

_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_SECONDS_DIGITS, _MILLIS_DIGITS = 10, 13

_CJK_DATE = re.compile(r"(\d{2,4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?")
_CJK_CLOCK = re.compile(r"(\d{1,2})\s*[時时]\s*(?:(\d{1,2})\s*分)?\s*(?:(\d{1,2})\s*秒)?")
_CJK_WEEKDAY = re.compile(
    r"\([日月火水木金土一二三四五六]\)|(?:星期|周|週)[日一二三四五六天]|[日月火水木金土]曜日?"
)
_HALF_DAY = re.compile(r"\b([ap])\.?\s?m\b\.?", re.IGNORECASE)
_HALF_DAY_FIRST = re.compile(r"\b([AP]M)\s*(\d{1,2}(?::\d{2}){1,2})")
_HOURS = re.compile(r"\b(\d{1,2})\s?h\s?(\d{2})\b", re.IGNORECASE)
_DOT_CLOCK = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{2})(?:\.(\d{2}))?(?![\d.])")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?(?!\d)")
_NAMED_OFFSET = re.compile(r"\b(?:GMT|UTC)\s?([+-])(\d{1,2})(?::?(\d{2}))?\b", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_WORD = re.compile(r"[^\W\d_]+\.?")


class Reading(NamedTuple):
    """What a text was read as: a time in UTC (with a warning, if any), or a reason for none."""

    at: datetime | None
    warning: str = ""
    reason: str = ""


class _Refused(ValueError):  # noqa: N818  it is an answer, not a failure
    """The text is no time that can be read without guessing."""


class _Years(dateparser.parserinfo):
    """Years of two digits are of this century, whatever day the parser runs on."""

    def convertyear(self, year: int, century_specified: bool = False) -> int:
        return year + 2000 if year < 100 and not century_specified else year  # noqa: PLR2004


_YEARS = _Years()


def order_for(marketplace: str | None) -> str:
    """Return the order in which a marketplace writes dates, or nothing where it is unknown."""
    country = (marketplace or "").rsplit("-", 1)[-1].upper()
    if not country:
        return ""
    return {"US": "mdy", "JP": "ymd", "CN": "ymd"}.get(country, "dmy")


def parse_time(
    text: str, zone: ZoneInfo, *, order: str = "", country: str = "", epoch: bool = False
) -> Reading:
    """Read one time.

    Args:
        text: as written.
        zone: the zone of a time without an offset.
        order: `dmy`, `mdy`, `ymd` or nothing; rules where day and month could be either.
        country: tells apart zone names such as CST.
        epoch: digits alone are seconds (10 of them) or milliseconds (13) since 1970, UTC.

    """
    try:
        found, warning = _read(text, order, country, epoch=epoch)
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            raise _Refused(f"the year {found.year} is not plausible")
        if found.tzinfo is not None:
            return Reading(found.astimezone(UTC), warning)
        at, night = localise(found, zone)
    except _Refused as refusal:
        return Reading(None, "", f"time {text.strip()[:60]!r} not read: {refusal}")
    return Reading(at, "; ".join(w for w in (warning, night) if w))


def localise(naive: datetime, zone: ZoneInfo) -> tuple[datetime, str]:
    """Put a wall time into a zone; say so where a night's change of clocks had to be decided."""
    first = naive.replace(tzinfo=zone, fold=0)
    at = first.astimezone(UTC)
    if first.utcoffset() == first.replace(fold=1).utcoffset():
        return at, ""
    if at.astimezone(zone).replace(tzinfo=None) != naive:
        return at, SKIPPED
    return at, REPEATED


def parse_times(
    texts: pl.Series,
    zone: ZoneInfo,
    *,
    order: str = "",
    marketplaces: pl.Series | None = None,
    epoch: bool = False,
) -> pl.DataFrame:
    """Read a column of times into `at`, `warning` and `reason` (null where there is none).

    ISO texts are read by the column; all others once for each distinct text and marketplace.
    An explicit `order` wins over the one that a row's marketplace has.
    """
    given = pl.DataFrame({"text": texts.cast(pl.String)}).with_columns(
        market=pl.lit("") if marketplaces is None else marketplaces.fill_null("")
    )
    iso = _iso_column(given["text"], zone)
    frame = given.with_columns(at=iso["at"], warning=iso["warning"])
    rest = frame.filter(pl.col("at").is_null() & pl.col("text").is_not_null())
    if rest.is_empty():
        return frame.select("at", "warning", reason=pl.lit(None, pl.String))
    return _with_rest(frame, rest, _one_reader(zone, order, epoch=epoch))


def _one_reader(zone: ZoneInfo, order: str, *, epoch: bool) -> Callable[[str, str], Reading]:
    def read(text: str, market: str) -> Reading:
        return parse_time(
            text,
            zone,
            order=order or order_for(market),
            country=market.rsplit("-", 1)[-1].upper(),
            epoch=epoch,
        )

    return read


def _with_rest(
    frame: pl.DataFrame, rest: pl.DataFrame, read: Callable[[str, str], Reading]
) -> pl.DataFrame:
    pairs = rest.select("text", "market").unique(maintain_order=True)
    readings = [read(text, market) for text, market in pairs.iter_rows()]
    known = pairs.with_columns(
        pl.Series("at_rest", [r.at for r in readings], AT),
        pl.Series("warning_rest", [r.warning or None for r in readings], pl.String),
        pl.Series("reason", [r.reason or None for r in readings], pl.String),
    )
    return frame.join(
        known, on=["text", "market"], how="left", maintain_order="left", nulls_equal=True
    ).select(
        pl.coalesce("at", "at_rest").alias("at"),
        pl.coalesce("warning", "warning_rest").alias("warning"),
        "reason",
    )


def _iso_column(texts: pl.Series, zone: ZoneInfo) -> pl.DataFrame:
    """Read what is ISO 8601; most columns are alike throughout, and need no second look."""
    exact = texts.str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%#z", time_unit="us", time_zone="UTC", strict=False
    )
    if exact.null_count() == texts.null_count() and not texts.is_empty():
        plausible = exact.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(value=True)
        if plausible.all():
            return pl.DataFrame({"at": exact}).with_columns(warning=pl.lit(None, pl.String))
    return _iso_spellings(texts, zone)


def _iso_spellings(texts: pl.Series, zone: ZoneInfo) -> pl.DataFrame:
    text = (
        pl.col("text")
        .str.strip_chars()
        .str.replace(r"^(\d{4}-\d\d-\d\d)[ t](\d\d:)", "${1}T${2}")
        .str.replace(r"(?i)\s?(z|utc|gmt)$", "+00:00")
        .str.replace(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d)([+-]|$)", "${1}:00${2}")
        .str.replace(r"(T\d\d:\d\d:\d\d)[.,](\d{1,6})\d*", "${1}.${2}")
        .str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00:00")
    )
    frame = pl.DataFrame({"text": texts}).select(iso=text)
    exact = pl.col("iso").str.contains(
        r"^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d+)?([+-]\d\d:?\d\d)?$"
    )
    frame = frame.select(pl.when(exact).then("iso").alias("iso"))
    aware = pl.col("iso").str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%.f%z", time_unit="us", time_zone="UTC", strict=False
    )
    naive = pl.col("iso").str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    frame = frame.select(aware=aware, naive=naive)
    local = [
        pl.col("naive")
        .dt.replace_time_zone(zone.key, ambiguous=which, non_existent="null")
        .dt.convert_time_zone("UTC")
        .alias(which)
        for which in ("earliest", "latest")
    ]
    plausible = pl.col("at").dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)
    return (
        frame.with_columns(local)
        .with_columns(
            at=pl.coalesce("aware", "earliest"),
            warning=pl.when(pl.col("earliest") != pl.col("latest")).then(pl.lit(REPEATED)),
        )
        .select(pl.when(plausible).then("at").alias("at"), "warning")
    )


def _read(text: str, order: str, country: str, *, epoch: bool) -> tuple[datetime, str]:
    plain = " ".join(unicodedata.normalize("NFKC", text).split()).strip(" ,;-")
    if not plain:
        raise _Refused("it is empty")
    if plain.isascii() and plain.replace(".", "", 1).isdigit():
        return _digits(plain, epoch=epoch), ""
    plain = _clocks(plain)
    plain, warning = _numeric_date(plain, order)
    return _parse(_words(plain, country), country), warning


def _digits(text: str, *, epoch: bool) -> datetime:
    whole = text.partition(".")[0]
    if epoch and len(whole) in (_SECONDS_DIGITS, _MILLIS_DIGITS):
        unit = 1 if len(whole) == _SECONDS_DIGITS else 1000
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(text) / unit)
    match = _COMPACT.fullmatch(text)
    if not match:
        raise _Refused("digits alone are no date")
    try:
        return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError as error:
        raise _Refused(str(error)) from None


def _clocks(text: str) -> str:
    """Write clocks as `10:02:11 PM`, whatever the language."""
    text = _CJK_WEEKDAY.sub(" ", text)
    text = _CJK_DATE.sub(r"\1-\2-\3 ", text)
    text = _CJK_CLOCK.sub(lambda m: ":".join(f"{int(part or 0):02d}" for part in m.groups()), text)
    for half, words in (("AM", ("午前", "上午")), ("PM", ("午後", "午后", "下午"))):
        for word in words:
            text = text.replace(word, f" {half} ")
    text = _HALF_DAY.sub(lambda m: m[1].upper() + "M", text)
    text = _HALF_DAY_FIRST.sub(r"\2 \1", text)
    text = _NAMED_OFFSET.sub(lambda m: f"{m[1]}{m[2]:0>2}:{m[3] or '00'}", text)
    return _HOURS.sub(r"\1:\2", text)


def _numeric_date(text: str, order: str) -> tuple[str, str]:
    """Write a date of three numbers as ISO; refuse what could be two dates."""
    match = _NUMERIC.search(text)
    if not match:
        return text, ""
    first, second, third = match[1], match[3], match[4]
    warning = ""
    if len(first) > 2:  # noqa: PLR2004
        year, month, day = int(first), int(second), int(third)
    else:
        found = _order_of(int(first), int(second), third, order)
        if order in ORDERS and found != order:
            warning = f"read as {found}: {order} gives no such day"
        parts = dict(zip(found, (int(first), int(second), int(third)), strict=True))
        year, month, day = parts["y"], parts["m"], parts["d"]
        year += 2000 if year < 100 else 0  # noqa: PLR2004
    rest = text[match.end() :].lstrip(",")
    rest = _DOT_CLOCK.sub(lambda m: ":".join(part for part in m.groups() if part), rest)
    return f"{text[: match.start()]}{year:04d}-{month:02d}-{day:02d} {rest}", warning


def _order_of(first: int, second: int, third: str, order: str) -> str:
    """Decide the order of a date whose first number is no year of four digits."""
    months, days = 12, 31
    fits = {
        "dmy": first <= days and second <= months,
        "mdy": first <= months and second <= days,
        "ymd": len(third) <= 2 and second <= months and int(third) <= days,  # noqa: PLR2004
    }
    if fits.get(order):
        return order
    if order:  # the rule does not fit: only what is left may, and only if it is one
        fits[order] = False
    if order in ("dmy", "mdy"):
        fits["ymd"] = False
    possible = [name for name in ORDERS if fits[name]]
    if fits["dmy"] and fits["mdy"] and first == second and not fits["ymd"]:
        return "dmy"
    if len(possible) != 1:
        known = "several orders of day and month fit; set date_order or the marketplace"
        raise _Refused(known if possible else "it has no such day or month")
    return possible[0]


def _words(text: str, country: str) -> str:
    """Turn month names into English ones and drop weekdays and little words."""
    found = [fold(word.rstrip(".")) for word in _WORD.findall(text)]
    several = sum(word in MONTHS for word in found) > 1

    def english(match: re.Match[str]) -> str:
        raw = match[0].rstrip(".")
        word = fold(raw)
        if word in MONTHS and not (several and word == "mar"):  # mardi, martedi, martes
            return ENGLISH[MONTHS[word] - 1]
        if raw.upper() in ("AM", "PM", "T") or raw.upper() in ZONES:
            return raw.upper()
        if (raw.upper(), country) in LOCAL_ZONES:
            return raw.upper()
        if word in WEEKDAYS or word in FILLERS or word == "mar":
            return " "
        raise _Refused(f"the word {raw[:20]!r} is not understood")

    return _WORD.sub(english, text)


def _parse(text: str, country: str) -> datetime:
    def zone_of(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            return timezone(timedelta(seconds=offset))
        if name is None:
            return None
        hours = LOCAL_ZONES.get((name, country), ZONES.get(name))
        if hours is None:
            raise _Refused(f"the zone {name!r} is not known")
        return timezone(timedelta(hours=hours))

    defaults = (datetime(2000, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001  wall times
    try:
        one, two = (
            dateparser.parse(text, parserinfo=_YEARS, default=default, tzinfos=zone_of)
            for default in defaults
        )
    except _Refused:
        raise
    except (ValueError, OverflowError, TypeError, AttributeError):
        raise _Refused("it is no date and time known here") from None
    if one != two:
        raise _Refused("it lacks the day, the month or the year")
    return one
