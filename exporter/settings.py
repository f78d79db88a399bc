"""The settings that steer an export: read off a snapshot, and put on record with every run."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from exporter.entries import plain_decimal
from exporter.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gitcfg import Setting, Snapshot

TIME = "DAILY_EXPORT_TIME"
ZONE = "EXPORT_TIMEZONE"
BUFFER = "IMMEDIATE_EXPORT_BUFFER"
THRESHOLD = "AI_CONFIDENCE_THRESHOLD"
BATCH_SIZE = "MAX_BATCH_SIZE"
KEYS = (TIME, ZONE, BUFFER, THRESHOLD, BATCH_SIZE)
_SCHEMAS = dict(zip(KEYS, ("export", "export", "export", "ai", "performance"), strict=True))
"""The schema of this project that defines a key and gives it a default."""

_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


class Follows(Protocol):
    """What the exporter needs of a live view of the settings."""

    @property
    def snapshot(self) -> Snapshot:
        """Give the values in force, as one piece."""

    def settings(self) -> tuple[Setting, ...]:
        """List the same values with where each comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """One setting as a run used it; version 0 means that the value is the schema's default."""

    key: str
    value: Any
    version: int
    uncommitted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """What an export goes by, and the revision and versions that say where it came from.

    `threshold` is a plain decimal, as confidences are; `revision` is the commit in force, on which
    uncommitted values stand.
    """

    at: time
    zone: ZoneInfo
    buffer: timedelta
    threshold: str
    batch_size: int
    revision: str
    used: tuple[Used, ...]

    @property
    def uncommitted(self) -> dict[str, Any]:
        """The values that no commit holds, by key."""
        return {one.key: one.value for one in self.used if one.uncommitted}

    def record(self) -> dict[str, Any]:
        """Put into words of JSON what was used: values, versions, revision, deviations."""
        return {
            "revision": self.revision,
            "uncommitted": self.uncommitted,
            "values": [asdict(one) for one in self.used],
        }

    def text(self) -> str:
        """Write the record as the queue keeps it."""
        return json.dumps(self.record(), ensure_ascii=False)


def read(live: Follows) -> RunSettings:
    """Read the settings in force; raises SettingsError for one that an exporter cannot run on."""
    while True:
        before, settings = live.snapshot, live.settings()
        if live.snapshot is before:
            return make(before.revision, (_used(one) for one in settings if one.key in KEYS))


def restore(text: str) -> RunSettings:
    """Read back what a run recorded."""
    facts = json.loads(text)
    return make(facts["revision"], (Used(**one) for one in facts["values"]))


def make(revision: str, used: Iterable[Used]) -> RunSettings:
    """Judge the five settings and make them a whole; raises SettingsError."""
    by_key = {one.key: one for one in used}
    ordered = tuple(by_key[key] for key in KEYS if key in by_key)
    values = {one.key: one.value for one in ordered}
    _refuse_missing(values)
    return RunSettings(
        at=_time(values),
        zone=_zone(values),
        buffer=timedelta(minutes=_whole(values, BUFFER, least=0)),
        threshold=_threshold(values),
        batch_size=_whole(values, BATCH_SIZE, least=1),
        revision=revision,
        used=ordered,
    )


def _used(setting: Setting) -> Used:
    return Used(
        key=setting.key,
        value=setting.value,
        version=setting.version,
        uncommitted=setting.uncommitted,
    )


def _refuse_missing(values: Mapping[str, Any]) -> None:
    missing = [key for key in KEYS if values.get(key) is None]
    if not missing:
        return
    files = dict.fromkeys(f"schemas/{_SCHEMAS[key]}.schema.json" for key in missing)
    also = f" (and {', '.join(missing[1:])})" if missing[1:] else ""
    raise SettingsError(
        missing[0],
        f"the exporter needs it{also}, and neither file nor schema gives a value",
        f"Add {' and '.join(files)} of the exporter's project, with a default for each key",
    )


def _time(values: Mapping[str, Any]) -> time:
    found = _CLOCK_TIME.fullmatch(str(values[TIME]))
    if found is None:
        raise SettingsError(TIME, f"{values[TIME]!r} is no time of the form HH:MM")
    return time(int(found[1]), int(found[2]))


def _zone(values: Mapping[str, Any]) -> ZoneInfo:
    name = values[ZONE]
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise SettingsError(ZONE, f"{name!r} is no time zone known here") from error


def _whole(values: Mapping[str, Any], key: str, *, least: int) -> int:
    value = values[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SettingsError(key, f"{value!r} is no whole number from {least} up")
    return value


def _threshold(values: Mapping[str, Any]) -> str:
    value = values[THRESHOLD]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SettingsError(THRESHOLD, f"{value!r} is no number from 0 to 1")
    return plain_decimal(Decimal(repr(value)))
