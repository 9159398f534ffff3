"""What a report says about the run that made it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def build_time() -> datetime:
    """Return `SOURCE_DATE_EPOCH` as a time, or now where it is not set (UTC, whole seconds)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class ReportMeta:
    """Facts about the run.

    `period` holds the days given with `--since` and `--until` (None where not given),
    `settings` what `Config.settings()` returns, `zone` the name of the time zone that local
    times are shown in, `inputs` the inputs as typed on the command line.
    """

    version: str
    settings: Mapping[str, object] = field(default_factory=dict)
    ruleset_version: str = ""
    period: tuple[date | None, date | None] = (None, None)
    generated_at: datetime = field(default_factory=build_time)
    zone: str = "UTC"
    inputs: tuple[str, ...] = ()

    @property
    def timezone(self) -> ZoneInfo:
        """The zone of local times."""
        return ZoneInfo(self.zone)
