"""Rules: installed functions over the effective values; and the exporter's own two."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import pytest

from exporter.rules import buffer_before_midnight, known_time_zone, zone_names
from gitcfg import Problem, rule
from gitcfg.model import Finding
from gitcfg.rules import GROUP, Rule, installed, loaded
from gitcfg.validation import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCHEMA = b'{"properties": {"A": {"type": "integer", "default": 1}, "B": {"type": "integer"}}}'


@rule("a-below-b")
def a_below_b(values: Mapping[str, Any]) -> Iterator[Problem]:
    """Find A that is not below B."""
    if "A" in values and "B" in values and values["A"] >= values["B"]:
        yield Problem("A", "A must be below B")


def found(config: bytes, *rules: Rule) -> list[Finding]:
    """Check one file by rules."""
    files = {"schemas/a.schema.json": SCHEMA, "config/a.yaml": config}
    return list(check(files, rules=rules).findings)


def test_rule_finds_a_stored_value() -> None:
    """A problem is told at the place of the key's stored value."""
    assert found(b"B: 5\nA: 7\n", a_below_b) == [
        Finding(
            severity="error",
            message="A must be below B",
            rule="a-below-b",
            key="A",
            file="config/a.yaml",
            line=2,
            column=1,
            value=7,
        )
    ]


def test_rule_sees_effective_values() -> None:
    """A default counts where nothing is stored, and has no place."""
    (finding,) = found(b"B: 0\n", a_below_b)
    assert (finding.key, finding.value, finding.file, finding.line) == ("A", 1, None, None)


def test_rule_does_not_see_what_breaks_its_schema() -> None:
    """A value that the schema refuses is kept from rules, which need not cope with its type."""
    assert [one.rule for one in found(b"B: x\nA: 7\n", a_below_b)] == ["schema/type"]
    assert [one.rule for one in found(b"A: null\nB: 0\n", a_below_b)] == ["yaml/null"]


def test_rule_can_warn() -> None:
    """A warning forbids nothing."""
    hint = Rule("hint", lambda _: [Problem("B", "Consider less", severity="warning")])
    (finding,) = found(b"B: 5\n", hint)
    assert (finding.severity, finding.message, finding.line) == ("warning", "Consider less", 1)


def test_rule_that_raises() -> None:
    """A rule that fails is an error that names it, never a crash; the others still run."""

    def fails(_: Mapping[str, Any]) -> list[Problem]:
        raise KeyError("oops")

    first, second = found(b"B: 0\n", Rule("fails", fails), a_below_b)
    assert first.is_error
    assert first.message == (
        "The rule fails failed (KeyError: 'oops'). Mend or remove the package that installs it"
    )
    assert second.rule == "a-below-b"


def test_rule_that_answers_nonsense() -> None:
    """An answer that is no list of problems is a failure of the rule too."""
    nothing: Any = None
    (finding,) = found(b"B: 0\n", Rule("nonsense", lambda _: nothing))
    assert finding.rule == "nonsense"
    (finding,) = found(b"B: 0\n", Rule("nonsense", lambda _: ["text"]))  # type: ignore[list-item]
    assert "The rule nonsense failed" in finding.message


def test_rule_cannot_change_values() -> None:
    """What a rule does to the values it is handed changes nothing."""

    def spoils(values: Mapping[str, Any]) -> list[Problem]:
        values["L"].append(3)
        return []

    files = {"config/a.yaml": b"L: [1]\n"}
    for _ in range(2):
        assert check(files, rules=[Rule("spoils", spoils)]).values["L"] == [1]


@pytest.mark.parametrize("name", ["", "Two Words", "x_y", "-a", "a-"])
def test_rule_name_is_plain(name: str) -> None:
    """A rule's name is lower case with hyphens, as it stands in every report."""
    with pytest.raises(ValueError, match="is no name for a rule"):
        rule(name)


def test_installed_rules_come_from_entry_points() -> None:
    """The exporter's rules are found because it is installed, and read only once."""
    names = [one.name for one in installed()]
    assert {"known-time-zone", "buffer-before-midnight"} <= set(names)
    assert installed() is installed()


def entry(value: str) -> EntryPoint:
    """Name something as a distribution would."""
    return EntryPoint("mine", value, GROUP)


def test_loaded_from_one_rule() -> None:
    """An entry may name a rule."""
    assert loaded(entry("exporter.rules:known_time_zone")) == (known_time_zone,)


def test_loaded_from_a_module() -> None:
    """An entry may name a module, of which every rule is taken."""
    assert loaded(entry("exporter.rules")) == (known_time_zone, buffer_before_midnight)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("no_such_module_anywhere", "ModuleNotFoundError"),
        ("exporter.rules:nothing", "AttributeError"),
        ("gitcfg.errors", "the module has no rule"),
        ("exporter.rules:MINUTES_OF_A_DAY", "it is neither a rule nor a module"),
    ],
)
def test_loaded_from_what_cannot_be(value: str, words: str) -> None:
    """Rules that are installed but cannot run let nothing pass unjudged."""
    (finding,) = found(b"B: 5\n", *loaded(entry(value)))
    assert finding.is_error
    assert f"cannot be loaded from {value}: {words}" in finding.message


def test_loaded_from_a_module_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module whose import fails is told, whatever it raises."""
    (tmp_path / "failing_rules.py").write_text("raise SystemError('no luck')\n")
    monkeypatch.syspath_prepend(tmp_path)
    (finding,) = found(b"B: 5\n", *loaded(entry("failing_rules")))
    assert "SystemError: no luck" in finding.message


@pytest.mark.parametrize("name", ["Asia/Bangkok", "UTC", "Etc/GMT+7", "America/Argentina/Salta"])
def test_known_time_zone_takes(name: str) -> None:
    """The names of the tz database are taken."""
    assert list(known_time_zone.check({"EXPORT_TIMEZONE": name})) == []


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("asia/bangkok", "Did you mean Asia/Bangkok?"),
        ("Bangkok", "Did you mean Asia/Bangkok?"),
        ("+07:00", "For example: Asia/Bangkok"),
        ("", "For example: Asia/Bangkok"),
        ("Asia/Bangkok\n", "Did you mean Asia/Bangkok?"),
        ("../UTC", "Did you mean UTC?"),
    ],
)
def test_known_time_zone_refuses(name: str, guess: str) -> None:
    """Anything else is refused with a guess, in other case too: hosts differ in that."""
    (problem,) = known_time_zone.check({"EXPORT_TIMEZONE": name})
    assert problem == Problem("EXPORT_TIMEZONE", f"Not an IANA time zone: {name}. {guess}")


def test_known_time_zone_without_one() -> None:
    """A tree without the setting has no such problem."""
    assert list(known_time_zone.check({})) == []


def test_zone_names_are_those_of_the_package() -> None:
    """The list is the tzdata package's own, whatever the host has."""
    assert {"Asia/Bangkok", "UTC"} <= zone_names()
    assert "posixrules" not in zone_names()


@pytest.mark.parametrize(("time", "buffer"), [("22:00", 120), ("23:30", 30)])
def test_buffer_before_midnight_warns(time: str, buffer: int) -> None:
    """An entry queued at the run that would leave at midnight or later is warned of."""
    values = {"DAILY_EXPORT_TIME": time, "IMMEDIATE_EXPORT_BUFFER": buffer}
    (problem,) = buffer_before_midnight.check(values)
    assert problem == Problem(
        "IMMEDIATE_EXPORT_BUFFER",
        f"An immediate entry queued at the daily run ({time}) would leave {buffer} minutes "
        "later, under the next day's date. Consider a shorter buffer or an earlier run",
        severity="warning",
    )


@pytest.mark.parametrize(
    "values",
    [
        {"DAILY_EXPORT_TIME": "22:00", "IMMEDIATE_EXPORT_BUFFER": 119},
        {"DAILY_EXPORT_TIME": "22:00"},
        {"IMMEDIATE_EXPORT_BUFFER": 120},
        {"DAILY_EXPORT_TIME": "late", "IMMEDIATE_EXPORT_BUFFER": 120},
        {"DAILY_EXPORT_TIME": "22:00", "IMMEDIATE_EXPORT_BUFFER": "120"},
        {},
    ],
)
def test_buffer_before_midnight_is_content(values: dict[str, Any]) -> None:
    """Before midnight, or where a value is missing or of another schema's kind, nothing is said."""
    assert list(buffer_before_midnight.check(values)) == []
