"""The settings of an export: judged, compared exactly, and restored as they were recorded."""

from __future__ import annotations

from dataclasses import fields
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exports import run_settings

from exporter import settings
from exporter.errors import SettingsError
from gitcfg import Setting, Snapshot


def test_settings_become_what_an_export_goes_by() -> None:
    """Time, zone, minutes, a plain decimal and a number of rows."""
    made = run_settings(AI_CONFIDENCE_THRESHOLD=0.9)
    assert (made.at, made.zone, made.buffer, made.threshold, made.batch_size) == (
        *(time(18), ZoneInfo("Asia/Bangkok"), timedelta(minutes=30), "0.9", 100),
    )


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (settings.TIME, "24:00", "no time of the form HH:MM"),
        (settings.TIME, 1080, "no time of the form HH:MM"),
        (settings.ZONE, "Mars/Olympus", "no time zone known here"),
        (settings.ZONE, "../etc/passwd", "no time zone known here"),
        (settings.ZONE, 7, "no time zone known here"),
        (settings.BUFFER, -1, "no whole number from 0 up"),
        (settings.BATCH_SIZE, 0, "no whole number from 1 up"),
        (settings.BATCH_SIZE, True, "no whole number from 1 up"),
        (settings.BATCH_SIZE, 10.5, "no whole number from 1 up"),
        (settings.THRESHOLD, "0.9", "no number from 0 to 1"),
        (settings.THRESHOLD, True, "no number from 0 to 1"),
        (settings.THRESHOLD, 1.01, "no number from 0 to 1"),
    ],
)
def test_setting_that_no_export_can_run_on_is_named(key: str, value: Any, reason: str) -> None:
    """A repository with other schemas may let anything in: then the key and the cure are told."""
    with pytest.raises(SettingsError, match=f"^{key}: .*{reason}.*gitcfg validate"):
        run_settings(**{key: value})


def test_missing_settings_are_named_with_the_schemas_that_define_them() -> None:
    """A repository made by `gitcfg init` is valid and has none of them: validate would not help."""
    missing = dict.fromkeys(("DAILY_EXPORT_TIME", "EXPORT_TIMEZONE", "MAX_BATCH_SIZE"))
    with pytest.raises(SettingsError) as caught:
        run_settings(**missing)
    assert caught.value.message == (
        "DAILY_EXPORT_TIME: the exporter needs it (and EXPORT_TIMEZONE, MAX_BATCH_SIZE), and "
        "neither file nor schema gives a value. Add schemas/export.schema.json and "
        "schemas/performance.schema.json of the exporter's project, with a default for each key"
    )


@pytest.mark.parametrize(
    ("value", "text"), [(0.85, "0.85"), (1, "1"), (0, "0"), (0.1, "0.1"), (1e-05, "0.00001")]
)
def test_threshold_is_the_decimal_that_was_written(value: float, text: str) -> None:
    """0.1 in binary is a little more; what was written is not."""
    assert run_settings(AI_CONFIDENCE_THRESHOLD=value).threshold == text


def test_record_tells_values_versions_revision_and_deviations() -> None:
    """Under uncommitted settings the base revision and each deviating key are told."""
    used = [
        settings.Used(
            key=one.key, value=one.value, version=one.version, uncommitted=one.key == settings.TIME
        )
        for one in run_settings().used
    ]
    made = settings.make("b" * 40, used)
    assert made.record() == {
        "revision": "b" * 40,
        "uncommitted": {"DAILY_EXPORT_TIME": "18:00"},
        "values": [
            {"key": key, "value": value, "version": 1, "uncommitted": key == settings.TIME}
            for key, value in (
                ("DAILY_EXPORT_TIME", "18:00"),
                ("EXPORT_TIMEZONE", "Asia/Bangkok"),
                ("IMMEDIATE_EXPORT_BUFFER", 30),
                ("AI_CONFIDENCE_THRESHOLD", 0.85),
                ("MAX_BATCH_SIZE", 100),
            )
        ],
    }
    assert settings.restore(made.text()) == made


class Restless:
    """A live view that swaps its snapshot once while it is read."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self._snapshots = list(snapshots)

    @property
    def snapshot(self) -> Snapshot:
        """Give the snapshot in force."""
        return self._snapshots[0]

    def settings(self) -> tuple[Setting, ...]:
        """List its values, and then go on to the next."""
        current = self._snapshots[0]
        if len(self._snapshots) > 1:
            self._snapshots.pop(0)
        facts: dict[str, Any] = dict.fromkeys(field.name for field in fields(Setting))
        return tuple(
            Setting(**{**facts, "key": key, "value": value, "version": 1, "uncommitted": False})
            for key, value in current.items()
        )


def test_settings_are_read_of_one_snapshot() -> None:
    """Swapped while it reads, it reads again: values and revision belong together."""
    values = {one.key: one.value for one in run_settings().used}
    old = Snapshot({**values, "UNRELATED": 1}, "old")
    new = Snapshot({**values, "MAX_BATCH_SIZE": 7}, "new")
    made = settings.read(Restless(old, new))
    assert (made.revision, made.batch_size, len(made.used)) == ("new", 7, 5)
