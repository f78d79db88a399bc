"""The six settings of this deployment: limits, words and warnings, each as it was asked for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gitcfg.documents.document import scalar
from gitcfg.errors import InvalidError
from gitcfg.schemas.schema import Schemas, read_text
from gitcfg.schemas.subschemas import walk
from gitcfg.validation import check

if TYPE_CHECKING:
    from gitcfg.schemas.properties import Property

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_bytes()
    for folder in ("config", "schemas")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.is_file()
}
SCHEMAS = Schemas.load(FILES)
FORMAT = "Invalid format. Use HH:MM (e.g., 18:00)"
HOURS = "Export must be scheduled between 06:00 and 22:00 (business hours)"
PEAK = "Scheduled during business hours. Consider off-peak times (18:00-22:00)"
MINUTES = "Must be a non-negative integer (minutes)"
LONG = "Buffer time too long (max: 120 minutes)"
NUMBER = "Must be a number between 0.0 and 1.0"
RANGE = "Must be between 0.0 and 1.0"
LOW = "Threshold too low (< 0.5). Would accept unreliable predictions"
HIGH = "Very high threshold (> 0.95). May require excessive manual review"
POSITIVE = "Must be a positive integer"
LARGE = "Batch size too large (max: 1000). May cause memory issues"
SMALL = "Batch size very small (< 10). May cause frequent exports"

MINUTES_OF: list[Any] = [-1, 1.5, "30", True, []]
THRESHOLDS: list[Any] = ["0.9", "high", True, [0.9]]

ERRORS: list[tuple[str, Any, str]] = [
    *[("DAILY_EXPORT_TIME", value, FORMAT) for value in ("99:99", "24:00", "18:60", "8:00", "")],
    *[
        ("DAILY_EXPORT_TIME", value, FORMAT)
        for value in ("18:00\n", "\u0e51\u0e58:00", " 18:00", "18:00:00")
    ],
    ("DAILY_EXPORT_TIME", 1080, FORMAT),
    ("DAILY_EXPORT_TIME", True, FORMAT),
    ("DAILY_EXPORT_TIME", ["18:00"], FORMAT),
    *[("DAILY_EXPORT_TIME", value, HOURS) for value in ("23:00", "05:59", "22:01", "00:00")],
    *[("IMMEDIATE_EXPORT_BUFFER", value, MINUTES) for value in MINUTES_OF],
    *[("IMMEDIATE_EXPORT_BUFFER", value, LONG) for value in (121, 5000)],
    *[("EXPORT_TIMEZONE", value, "Must be text") for value in (7, True)],
    *[("AI_CONFIDENCE_THRESHOLD", value, NUMBER) for value in THRESHOLDS],
    *[("AI_CONFIDENCE_THRESHOLD", value, RANGE) for value in (-0.1, 1.1, -1, 2)],
    *[("AI_CONFIDENCE_THRESHOLD", value, LOW) for value in (0.3, 0, 0.0, 0.49)],
    *[("MAX_BATCH_SIZE", value, POSITIVE) for value in (0, -1, 1.5, "100", True)],
    *[("MAX_BATCH_SIZE", value, LARGE) for value in (1001, 5000)],
    *[("REQUIRE_CHANGE_REASON", value, "Must be true or false") for value in ("true", 1, 0)],
]
WARNINGS: list[tuple[str, Any, str]] = [
    *[("DAILY_EXPORT_TIME", value, PEAK) for value in ("09:00", "12:00", "17:59")],
    *[("AI_CONFIDENCE_THRESHOLD", value, HIGH) for value in (0.951, 0.99, 1, 1.0)],
    *[("MAX_BATCH_SIZE", value, SMALL) for value in (1, 9, 9.0)],
]
GOOD: list[tuple[str, Any]] = [
    *[("DAILY_EXPORT_TIME", value) for value in ("06:00", "08:59", "18:00", "21:59", "22:00")],
    *[("IMMEDIATE_EXPORT_BUFFER", value) for value in (0, 30, 120, 120.0)],
    *[("EXPORT_TIMEZONE", value) for value in ("Asia/Bangkok", "UTC", "Europe/Berlin")],
    *[("AI_CONFIDENCE_THRESHOLD", value) for value in (0.5, 0.85, 0.95)],
    *[("MAX_BATCH_SIZE", value) for value in (10, 100, 1000, 1000.0)],
    *[("REQUIRE_CHANGE_REASON", value) for value in (True, False)],
]


def findings(key: str, value: Any) -> list[tuple[str, str]]:
    """Tell severity and words of what the schema finds of a value."""
    return [(one.severity, one.message) for one in SCHEMAS.check_value(key, value)]


@pytest.mark.parametrize(("key", "value", "words"), ERRORS)
def test_setting_refuses(key: str, value: Any, words: str) -> None:
    """A value beyond the limits is refused by one message, word for word."""
    assert findings(key, value) == [("error", words)]


@pytest.mark.parametrize(("key", "value", "words"), WARNINGS)
def test_setting_warns(key: str, value: Any, words: str) -> None:
    """A value that is allowed but doubtful is taken with a warning, word for word."""
    assert findings(key, value) == [("warning", words)]


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_setting_takes(key: str, value: Any) -> None:
    """The limits belong to what is allowed, and nothing is said of it."""
    assert findings(key, value) == []


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        *[("AI_CONFIDENCE_THRESHOLD", text, NUMBER) for text in ("0.9abc", "NaN", "๓")],
        *[("AI_CONFIDENCE_THRESHOLD", text, NUMBER) for text in ("٣", "yes", " 0.9", "1_0", "")],
        *[("MAX_BATCH_SIZE", text, POSITIVE) for text in ("100.0", "1e2", "+5", " 5", "0x10")],
        *[("MAX_BATCH_SIZE", text, POSITIVE) for text in ("1_000", "๕", "007", "ten")],
        ("AI_CONFIDENCE_THRESHOLD", "1e999", f"{NUMBER} (too large: numbers must be finite)"),
        ("MAX_BATCH_SIZE", "9" * 30, f"{POSITIVE} (too large: whole numbers go up to {2**63 - 1})"),
        *[("IMMEDIATE_EXPORT_BUFFER", text, MINUTES) for text in ("30 ", "30m", "true")],
        *[
            ("REQUIRE_CHANGE_REASON", text, "Must be true or false")
            for text in ("yes", "1", "True")
        ],
    ],
)
def test_setting_given_as_text_is_refused(key: str, text: str, words: str) -> None:
    """Text that is not of the key's type is refused in the words a person was promised."""
    with pytest.raises(InvalidError) as caught:
        read_text(text, SCHEMAS.find(key))
    assert (caught.value.message, caught.value.findings[0].message) == (words, words)


def test_project_stores_its_settings_valid() -> None:
    """The project's own tree is valid, with installed rules, and stores six plain values."""
    found = check(FILES)
    assert found.findings == ()
    assert {key: one.value for key, one in found.stored.items()} == {
        "AI_CONFIDENCE_THRESHOLD": 0.85,
        "DAILY_EXPORT_TIME": "18:00",
        "EXPORT_TIMEZONE": "Asia/Bangkok",
        "IMMEDIATE_EXPORT_BUFFER": 30,
        "MAX_BATCH_SIZE": 100,
        "REQUIRE_CHANGE_REASON": False,
    }


@pytest.mark.parametrize("path", [path for path in FILES if path.startswith("config/")])
def test_project_file_is_plain(path: str) -> None:
    """A config file names its schema for editors, then has `KEY: value` lines."""
    first, *lines = FILES[path].decode().splitlines()
    name = path.removeprefix("config/").removesuffix(".yaml")
    assert first == f"# yaml-language-server: $schema=../schemas/{name}.schema.json"
    assert all(re.fullmatch(r"[A-Z_]+: \S+", line) for line in lines)


@pytest.mark.parametrize("known", SCHEMAS.properties.values(), ids=lambda known: known.key)
def test_project_schema_explains_each_setting(known: Property) -> None:
    """Title, description, type, default and examples are there, and the examples are valid."""
    assert known.title
    assert known.description
    assert known.types
    assert known.has_default
    assert known.examples
    for example in known.examples:
        assert findings(known.key, example) == []


def test_project_patterns_hold_in_every_language() -> None:
    """Patterns end so that no line break slips in, and name their digits, for Python's sake."""
    schemas = [json.loads(FILES[path]) for path in FILES if path.startswith("schemas/")]
    parts = [part for schema in schemas for _, part in walk(schema)]
    patterns = [part["pattern"] for part in parts if "pattern" in part]
    assert len(patterns) == 3
    for pattern in patterns:
        assert all(branch.endswith(r"$(?!\n)") for branch in pattern.split("|^"))
        assert "\\d" not in pattern


@pytest.mark.parametrize("category", SCHEMAS.categories)
def test_setting_is_judged_alike_by_check_jsonschema(category: str, tmp_path: Path) -> None:
    """Of all these values check-jsonschema refuses the same ones."""
    keys = {key for key, known in SCHEMAS.properties.items() if known.category == category}
    bad = [(key, value) for key, value, _ in ERRORS if key in keys]
    good = [*((key, value) for key, value, _ in WARNINGS if key in keys)]
    good += [(key, value) for key, value in GOOD if key in keys]
    names = {}
    for at, (key, value) in enumerate([*bad, *good]):
        (tmp_path / f"{at}.yaml").write_text(f"{key}: {scalar(value)}\n", encoding="utf-8")
        names[f"{at}.yaml"] = at < len(bad)
    schema = str(ROOT / "schemas" / f"{category}.schema.json")
    command = [sys.executable, "-m", "check_jsonschema", "-o", "json", "--schemafile", schema]
    done = subprocess.run(
        [*command, *names], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    refused = {error["filename"] for error in json.loads(done.stdout)["errors"]}
    assert refused == {name for name, is_bad in names.items() if is_bad}
