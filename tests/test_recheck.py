"""A check of what changed gives the answer of a check of everything."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gitcfg.recheck import recheck
from gitcfg.rules import Problem, Rule
from gitcfg.validation import Checked, check

SCHEMA = {
    "properties": {
        "A": {
            "type": "integer",
            "default": 1,
            "maximum": 9,
            "x-warnings": [{"when": {"minimum": 7}, "message": "High"}],
        },
        "B": {"type": "array"},
        "E": {},
    }
}
OTHER = {"properties": {"C": {"type": "integer", "default": 3}, "D": {"type": "string"}}}
CLOSED = {**OTHER, "additionalProperties": False}
LINES = [
    "A: 1",
    "A: 7",
    "A: 12",
    "A: 2.0",
    "A: null",
    "B: [1]",
    "B: x",
    "C: 4",
    "C: 18:00",
    "D: no",
]
LINES += ["E: {x: 1}", "Z: 1", "a: 1", "["]
TEXTS = st.lists(st.sampled_from(LINES), max_size=4).map("\n".join) | st.just("{}")


def _sum(values: object) -> list[Problem]:
    assert hasattr(values, "get")
    a, c = values.get("A"), values.get("C")
    if not isinstance(a, int) or not isinstance(c, int) or a + c <= 8:
        return []
    return [Problem("A", f"{a} and {c} are much", severity="error" if a + c > 12 else "warning")]


RULES = [Rule("sum", _sum)]


def told(one: Checked) -> object:
    """Tell all that a check found."""
    return one.stored, one.values, one.findings, set(one.documents)


def equal(before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Check that both ways to judge a changed tree agree."""
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    found = recheck(check(before, RULES), after, changed, RULES)
    assert told(found) == told(check(after, RULES))


@given(TEXTS, TEXTS, TEXTS, TEXTS, st.booleans())
def test_recheck_is_a_whole_check(
    one: str,
    two: str,
    other: str,
    next_other: str,
    closed: bool,  # noqa: FBT001 - drawn
) -> None:
    """Whatever a change does to the files, both ways find the same."""
    schemas = {
        "schemas/one.schema.json": json.dumps(SCHEMA).encode(),
        "schemas/two.schema.json": json.dumps(CLOSED if closed else OTHER).encode(),
    }
    before = {"config/one.yaml": one.encode(), "config/two.yaml": other.encode(), **schemas}
    equal(before, {**before, "config/one.yaml": two.encode()})
    equal(
        before, {**before, "config/one.yaml": two.encode(), "config/two.yaml": next_other.encode()}
    )


def test_recheck_of_files_that_come_and_go_is_a_whole_check() -> None:
    """A new file, one that went, and a changed schema are judged with all the rest."""
    schema = json.dumps(SCHEMA).encode()
    tree = {"config/one.yaml": b"A: 2\n", "schemas/one.schema.json": schema}
    equal(tree, {**tree, "config/two.yaml": b"A: 3\n"})
    equal({**tree, "config/two.yaml": b"A: 3\n"}, tree)
    equal(tree, {**tree, "schemas/one.schema.json": schema.replace(b"9", b"1")})
