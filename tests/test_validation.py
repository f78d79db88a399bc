"""A whole tree judged: what is stored, what holds, and that each file costs only once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg import validation
from gitcfg.validation import Checked, Stored, check

SCHEMA = {
    "properties": {
        "A": {"type": "integer", "default": 1},
        "B": {"type": "array", "items": {"type": "integer"}, "default": [1]},
        "C": {"type": "string"},
    }
}


def tree(schema: Any = SCHEMA, **files: str) -> dict[str, bytes]:
    """Make a tree of one schema, of category a, and config files by category."""
    made = {"schemas/a.schema.json": json.dumps(schema).encode()}
    return made | {f"config/{name}.yaml": text.encode() for name, text in files.items()}


def judged(files: dict[str, bytes]) -> Checked:
    """Check without the rules that happen to be installed."""
    return check(files, rules=())


def test_check_of_a_sound_tree() -> None:
    """What is stored has its place, and what is not has its default."""
    found = judged(tree(a="# first\nC: x\n"))
    assert dict(found.stored) == {"C": Stored("x", "a", "config/a.yaml", 2, 1)}
    assert dict(found.values) == {"A": 1, "B": [1], "C": "x"}
    assert (found.findings, found.valid) == ((), True)
    assert set(found.documents) == {"config/a.yaml"}


def test_check_delivers_whole_floats_as_integers() -> None:
    """Where the type is integer, `100.0` is 100, inside lists too; elsewhere it stays."""
    found = judged(tree(a="A: 100.0\nB: [1.0, 2]\n", b="X: 100.0\n"))
    assert [type(found.values[key]) for key in ("A", "X")] == [int, float]
    assert [type(item) for item in found.values["B"]] == [int, int]
    assert type(found.stored["A"].value) is int


def test_check_delivers_whole_floats_behind_branches() -> None:
    """The type may be behind a reference, a pattern, a choice or an additional property."""
    whole = {"type": "integer"}
    schema = {
        "properties": {
            "A": {"$ref": "#/$defs/n"},
            "B": {"anyOf": [{"type": "string"}, {"type": ["integer", "null"]}]},
            "C": {
                "additionalProperties": whole,
                "prefixItems": [{"$ref": "#/$defs/n"}],
            },
            "D": {
                "if": {"type": "number"},
                "then": whole,
                "patternProperties": {"x": whole},
            },
            "E": {"type": "number"},
        },
        "$defs": {"n": whole},
    }
    text = "A: 1.0\nB: 2.0\nC: {x: 3.0}\nD: 4.0\nE: 5.0\n"
    assert repr(dict(judged(tree(schema, a=text)).values)) == (
        "{'A': 1, 'B': 2, 'C': {'x': 3}, 'D': 4, 'E': 5.0}"
    )
    text = "C: [1.0, 2.0]\nD: {x: 1.0, y: 2.0}\n"
    assert repr(dict(judged(tree(schema, a=text)).values)) == (
        "{'C': [1, 2.0], 'D': {'x': 1, 'y': 2.0}}"
    )


def test_check_leaves_an_unsure_key_out() -> None:
    """A key whose value cannot be used has neither a stored value nor its default."""
    found = judged(tree(a="A: null\n"))
    assert ("A" in found.stored, "A" in found.values, found.valid) == (False, False, False)


def test_check_takes_a_key_from_the_file_it_belongs_in() -> None:
    """A double elsewhere is told, and does not count."""
    found = judged(tree(a="A: 1\n", **{"0": "A: 2\n"}))
    assert found.stored["A"].file == "config/a.yaml"
    assert [(one.rule, one.place) for one in found.findings] == [("twice", "config/0.yaml:1:1")]


def test_check_of_a_key_of_another_closed_file() -> None:
    """A closed schema's complaint of a key that belongs elsewhere is told once, with the cure."""
    files = tree(b="A: 1\n") | {"schemas/b.schema.json": b'{"additionalProperties": false}'}
    (finding,) = judged(files).findings
    assert finding.message == "A belongs in config/a.yaml, whose schema knows it. Move it there"


def test_check_takes_a_key_where_a_pattern_allows_it() -> None:
    """Where several schemas allow a key by pattern, it may stand in each one's file, but in one."""
    files = tree({"patternProperties": {"^X": True}}, b="XB: 1\n")
    files["schemas/b.schema.json"] = files["schemas/a.schema.json"]
    assert judged(files).findings == ()
    found = judged(files | {"config/a.yaml": b"XB: 1\n"})
    assert [(one.rule, one.file) for one in found.findings] == [("twice", "config/b.yaml")]
    found = judged(files | {"config/b.yaml": b"{}", "config/c.yaml": b"XB: 1\n"})
    assert [one.message for one in found.findings] == [
        "XB belongs in config/a.yaml, whose schema knows it. Move it there"
    ]


def test_check_guesses_a_few_unknown_keys() -> None:
    """A handful of unknown keys are guessed at; hundreds are no slips of the pen."""
    files = tree({"properties": {"KEY_NAME": True}}, b="KEY_NAM: 1\n")
    assert judged(files).findings[0].message == (
        "Unknown config key: KEY_NAM. No validation rules defined. Did you mean KEY_NAME?"
    )
    many = "".join(f"KEY_NAM{n}: 1\n" for n in range(60))
    found = judged(files | {"config/b.yaml": many.encode()}).findings
    assert len(found) == 60
    assert found[0].message == "Unknown config key: KEY_NAM0. No validation rules defined"


def test_check_of_unknown_keys_under_a_broken_schema() -> None:
    """A schema that cannot be read is told once, not again for every key of the file."""
    files = {"schemas/a.schema.json": b"{", "config/a.yaml": b"A: 1\nB: 2\n"}
    assert [one.file for one in judged(files).findings] == ["schemas/a.schema.json"]


def test_check_orders_the_findings_of_a_file() -> None:
    """What the reader and the schema find stands in the order of the lines."""
    found = judged(tree(a="A: x\nC: no\nB: 5\n"))
    assert [one.line for one in found.findings] == [1, 2, 3]


def test_check_tells_the_value() -> None:
    """A finding has the value as the file has it."""
    assert [one.value for one in judged(tree(a="A: 1.5\n")).findings] == [1.5]


def test_check_of_nothing() -> None:
    """An empty tree is valid and empty."""
    found = judged({})
    assert (dict(found.values), found.valid) == ({}, True)


def test_check_gives_values_away() -> None:
    """Whoever changes a list that he was given changes nobody else's."""
    files = tree(a="B: [5]\n", b="X: {y: 1}\n")
    first = judged(files)
    first.values["B"].append(6)
    first.values["X"]["y"] = 2
    again = judged(files).values
    assert (again["B"], again["X"]) == ([5], {"y": 1})
    judged(tree()).values["B"].append(6)
    assert judged(tree()).values["B"] == [1]


def test_check_costs_by_what_changed() -> None:
    """After one edit of many files, only that file is read and judged anew."""
    files = {f"config/d{n}.yaml": f"KEY_{n}: [1, 2, 3]\n".encode() for n in range(50)}
    files |= {
        f"schemas/d{n}.schema.json": f'{{"properties": {{"KEY_{n}": {{"maxItems": 3}}}}}}'.encode()
        for n in range(50)
    }
    judged(files)
    before = [kept.cache_info().misses for kept in (validation.parse, validation._judge)]
    found = judged(files | {"config/d5.yaml": b"KEY_5: [1, 2, 3, 4]\n"})
    after = [kept.cache_info().misses for kept in (validation.parse, validation._judge)]
    assert [one.key for one in found.findings] == ["KEY_5"]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1]


def test_check_after_a_schema_changed() -> None:
    """A changed schema judges its file anew, and so does a changed file that it refers to."""
    files = tree({"properties": {"A": {"$ref": "n.json"}}}, a="A: 5\n", b="X: 1\n")
    assert judged(files | {"schemas/n.json": b'{"maximum": 5}'}).valid
    assert not judged(files | {"schemas/n.json": b'{"maximum": 4}'}).valid
    assert judged(files | {"schemas/n.json": b'{"maximum": 5}'}).valid


@pytest.mark.parametrize("path", ["config/a.yaml", "schemas/a.schema.json", "config/x/y.yaml"])
@given(data=st.binary(max_size=60))
def test_check_never_raises(path: str, data: bytes) -> None:
    """Whatever bytes a file has, the tree is judged."""
    found = judged(tree(a="A: 1\n") | {path: data})
    assert found.valid == (not [one for one in found.findings if one.is_error])
