"""The schemas of a tree: what they declare of a key, and what is wrong with them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.keys import category_of, config_file, schema_file
from gitcfg.model import Finding
from gitcfg.schemas.judge import Judge
from gitcfg.schemas.schema import Schemas
from gitcfg.schemas.schemafile import parsed

if TYPE_CHECKING:
    from gitcfg.schemas.properties import Property


def load(**schemas: Any) -> Schemas:
    """Load schemas given by category, with `__` for `/`; bytes and text as they are."""
    files = {}
    for name, schema in schemas.items():
        text = schema if isinstance(schema, str) else json.dumps(schema)
        files[f"schemas/{name.replace('__', '/')}.schema.json"] = text.encode()
    return Schemas.load(files)


def facts(found: Property | None) -> tuple[Any, ...]:
    """Tell what a property declares."""
    assert found is not None
    said = (found.category, found.file, found.title, found.description, found.type)
    return (*said, found.default, found.has_default, found.examples)


def test_find_tells_what_is_declared() -> None:
    """A property has its category, file, title, description, type, default and examples."""
    one = {"title": "T", "description": "D", "type": "integer", "default": 5, "examples": [1, 2]}
    schemas = load(team__pay={"properties": {"A": one, "B": True}})
    pay = ("team/pay", "config/team/pay.yaml")
    assert facts(schemas.find("A")) == (*pay, "T", "D", "integer", 5, True, (1, 2))
    assert facts(schemas.find("B")) == (*pay, None, None, None, None, False, ())
    assert schemas.find("C") is None
    assert schemas.categories == ("team/pay",)


def test_find_looks_behind_references() -> None:
    """What a key's own schema does not say is taken from what it refers to, then its allOf."""
    text = {"title": "Text", "type": ["string", "null"], "default": "x"}
    schemas = Schemas.load(
        {
            "schemas/a.schema.json": json.dumps(
                {
                    "allOf": [{"$ref": "defs/all.json"}],
                    "properties": {"A": {"$ref": "defs/all.json#/$defs/text", "title": "Own"}},
                }
            ).encode(),
            "schemas/defs/all.json": json.dumps(
                {
                    "properties": {
                        "B": {"allOf": [{"description": "D"}, {"$ref": "#/$defs/text"}]}
                    },
                    "$defs": {"text": text},
                }
            ).encode(),
        }
    )
    a = ("a", "config/a.yaml")
    assert facts(schemas.find("A")) == (*a, "Own", None, "string or null", "x", True, ())
    assert facts(schemas.find("B")) == (*a, "Text", "D", "string or null", "x", True, ())
    assert schemas.findings == ()


def test_find_by_pattern() -> None:
    """A key that a pattern allows is known, and is in no list."""
    schemas = load(a={"patternProperties": {"^LIMIT_": {"type": "integer"}, "^X": True}}, b={})
    assert facts(schemas.find("LIMIT_A"))[4] == "integer"
    assert facts(schemas.find("XY"))[:2] == ("a", "config/a.yaml")
    assert schemas.find("Y") is None
    assert dict(schemas.properties) == {}


def test_find_survives_references_in_a_circle() -> None:
    """A key whose schema refers to itself has no type, and the search ends."""
    schemas = load(a={"properties": {"A": {"$ref": "#/properties/A"}}})
    assert facts(schemas.find("A"))[4] is None


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/properties/B/oneOf/9"},
        {"$ref": "#/properties/B/oneOf/x"},
        {"$ref": "#/properties/B/title/x"},
        {"$ref": "elsewhere.json"},
        {"$ref": 5},
        {"title": 5, "type": 5, "examples": 5, "x-messages": 5, "allOf": 5},
    ],
)
def test_find_of_a_broken_schema(schema: Any) -> None:
    """What is broken declares nothing more, and is told."""
    schemas = load(a={"properties": {"A": schema, "B": {"title": "B", "oneOf": [True]}}})
    assert facts(schemas.find("A"))[2:] == (None, None, None, None, False, ())
    assert [one.severity for one in schemas.findings][:1] == ["error"]


def test_properties_are_keys() -> None:
    """A name that can be no key is nothing that could be set."""
    assert set(load(a={"properties": {"lower": True, "A": True, "A-B": True}}).properties) == {"A"}


def test_suggest_knows_close_names() -> None:
    """A slip of the pen finds the key that was meant, anything else none."""
    schemas = load(a={"properties": {"MAX_BATCH_SIZE": True, "DAILY_EXPORT_TIME": True}})
    assert schemas.suggest("MAXBATCHSIZE") == "MAX_BATCH_SIZE"
    assert schemas.suggest("QQQ") is None


def test_closed_where_a_schema_allows_no_others() -> None:
    """Either keyword closes a category; an absent schema closes nothing."""
    schemas = load(
        a={"additionalProperties": False},
        b={"unevaluatedProperties": False},
        c={"additionalProperties": {}},
    )
    assert [schemas.closed(name) for name in ("a", "b", "c", "d")] == [True, True, False, False]


def test_check_value_of_one_key_alone() -> None:
    """Only that key is judged: what others should be is not its business."""
    whole = {"properties": {"A": {"maximum": 5}, "B": True}, "required": ["B"], "minProperties": 3}
    schemas = load(a=whole)
    assert schemas.check_value("A", 5) == ()
    assert schemas.check_value("A", 6) == (
        Finding(
            severity="error", message="Must be at most 5", rule="schema/maximum", key="A", value=6
        ),
    )
    assert schemas.check_value("UNKNOWN", 6) == ()


def test_check_value_by_a_broken_schema() -> None:
    """A broken schema judges nothing; its own findings refuse the tree."""
    schemas = load(a={"properties": {"A": {"pattern": "("}}})
    assert schemas.check_value("A", "x") == ()
    assert len(schemas.findings) == 1


def test_findings_of_files_that_are_no_text() -> None:
    """A schema is UTF-8, with or without byte order mark."""
    (finding,) = Schemas.load({"schemas/a.schema.json": b'{"title": "\xff"}'}).findings
    assert finding.place == "schemas/a.schema.json:1:12"
    assert Schemas.load({"schemas/a.schema.json": b"\xef\xbb\xbf{}"}).findings == ()


def test_findings_of_schemas_that_nest_without_end() -> None:
    """Depth is bounded, in the JSON and in what refers to itself."""
    deep = '{"not": ' * 60 + "{}" + "}" * 60
    (finding,) = load(a=deep).findings
    assert "nest more than 50 deep" in finding.message
    (finding,) = load(a="[" * 200_000).findings
    assert "nest more than 50 deep" in finding.message


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ({"pattern": "("}, "the pattern ( has a group at 1 that is not closed"),
        ({"minimum": "5"}, "`minimum` must be a number"),
        (5, "must be a schema: a map, true or false"),
    ],
)
def test_findings_of_a_reference_to_what_is_no_schema(target: Any, words: str) -> None:
    """What stands under no keyword is looked at when something refers to it."""
    schemas = load(a={"properties": {"A": {"$ref": "#/x-defs/a"}}, "x-defs": {"a": target}})
    (finding,) = schemas.findings
    assert finding.message == (
        f"schemas/a.schema.json: #/x-defs/a leads to what is no schema: {words}"
    )
    assert (finding.line, schemas.check_value("A", "x")) == (1, ())


def test_findings_of_a_reference_behind_a_reference() -> None:
    """A reference is followed to its end, wherever it stands."""
    defs = {"a": {"items": {"$ref": "#/x-defs/b"}}, "b": {"$ref": "#/none"}, "c": True}
    schemas = load(
        a={"properties": {"A": {"$ref": "#/x-defs/a"}, "B": {"$ref": "#/x-defs/c"}}, "x-defs": defs}
    )
    (finding,) = schemas.findings
    assert finding.message.startswith("schemas/a.schema.json: #/none leads nowhere")


def test_findings_of_a_file_that_is_only_referred_to() -> None:
    """A file of definitions has no values of its own; its references are looked at all the same."""
    schemas = Schemas.load(
        {
            "schemas/a.schema.json": b'{"properties": {"A": {"$ref": "defs.json"}}}',
            "schemas/b.schema.json": b'{"properties": {"B": {"$ref": "defs.json"}}}',
            "schemas/defs.json": b'{"$ref": "#/none"}',
        }
    )
    assert [one.place for one in schemas.findings] == ["schemas/defs.json:1:2"]


def test_findings_of_a_reference_within_a_named_part() -> None:
    """A part with its own `$id` is the ground of the references in it."""
    part = {"$id": "https://example.com/p", "$ref": "#/$defs/n", "$defs": {"n": {"minimum": 5}}}
    schemas = load(a={"properties": {"A": part}})
    assert schemas.findings == ()
    assert [one.message for one in schemas.check_value("A", 4)] == ["Must be at least 5"]


def test_findings_of_a_file_named_otherwise() -> None:
    """Files may know each other by `$id`, and by a path with other letters."""
    schemas = Schemas.load(
        {
            "schemas/a.schema.json": (
                b'{"$id": "https://example.com/s/a", "properties": {"A": {"$ref": "b"}}}'
            ),
            "schemas/x.json": b'{"$id": "https://example.com/s/b", "type": "integer"}',
            "schemas/c.schema.json": '{"properties": {"C": {"$ref": "\u0e01 b.json"}}}'.encode(),
            "schemas/d.schema.json": b'{"properties": {"D": {"$ref": "%E0%B8%81%20b.json"}}}',
            "schemas/\u0e01 b.json": b'{"type": "integer"}',
        }
    )
    assert schemas.findings == ()
    for key in ("A", "C", "D"):
        assert [one.rule for one in schemas.check_value(key, "x")] == ["schema/type"]


def test_verdict_where_a_reference_was_not_looked_at() -> None:
    """Judging by a reference that leads nowhere is an error, not a crash."""
    file = parsed("schemas/a.schema.json", b'{"$ref": "none.json"}')
    (told,) = Judge(file, ()).verdict({}).errors
    assert told.message.startswith("A $ref of the schema leads nowhere")


def test_verdict_takes_the_words_that_are_there() -> None:
    """Words for other keywords are no words for this one."""
    schemas = load(a={"properties": {"A": {"maximum": 5, "x-messages": {"minimum": "Low"}}}})
    assert [one.message for one in schemas.check_value("A", 6)] == ["Must be at most 5"]


def test_findings_of_a_slow_pattern() -> None:
    """A pattern that takes too long is an error at the value it was to judge."""
    schemas = load(a={"properties": {"A": {"items": {"pattern": "^(a|aa)+$"}}, "B": {"const": 1}}})
    begun = time.thread_time()
    (finding,) = schemas.check_value("A", [{"x": "b"}, "a" * 60 + "!"])
    assert finding.message == "The pattern ^(a|aa)+$ takes too long. Simplify it"
    assert time.thread_time() - begun < 5


def test_verdict_of_a_slow_pattern_for_keys() -> None:
    """A name inside a map that a pattern cannot judge in time is found too."""
    schemas = load(
        a={
            "properties": {"A": {"patternProperties": {"^(a|aa)+$": True}}},
        }
    )
    (finding,) = schemas.check_value("A", {"b": {"a" * 60 + "!": 1}, "a" * 60 + "!": 1})
    assert finding.rule == "schema/pattern"


def test_unique_items_of_a_long_mixed_list() -> None:
    """A long list of mixed types is compared in no time."""
    items = [[index] if index % 2 else str(index) for index in range(100_000)]
    schemas = load(a={"properties": {"A": {"uniqueItems": True}}})
    begun = time.thread_time()
    assert schemas.check_value("A", items) == ()
    assert len(schemas.check_value("A", [*items, [1.0]])) == 1
    assert time.thread_time() - begun < 5


def test_load_keeps_what_has_not_changed() -> None:
    """The same contents give the same object; a changed file leaves the others' alone."""
    first = load(a={"properties": {"A": True}}, b={"title": "B"})
    assert load(a={"properties": {"A": True}}, b={"title": "B"}) is first
    second = load(a={"properties": {"A": True}}, b={"title": "C"})
    assert second.unit("a") is first.unit("a")
    assert second.unit("b") is not first.unit("b")


def test_load_does_not_import_what_judges() -> None:
    """Looking a default up pays neither for jsonschema nor for regex."""
    code = (
        "import sys; from gitcfg.schemas.schema import Schemas; "
        'found = Schemas.load({\'schemas/a.schema.json\': b\'{"properties": {"A": '
        '{"default": 5, "pattern": "a"}}}\'}).find(\'A\'); '
        "print(found.default, {'jsonschema', 'regex'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "5 set()\n"


_JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "#", "a", "(", "[x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "$id",
                    "$ref",
                    "$anchor",
                    "$dynamicRef",
                    "$dynamicAnchor",
                    "properties",
                    "allOf",
                    "items",
                    "type",
                    "pattern",
                    "patternProperties",
                    "$defs",
                    "A",
                    "x-warnings",
                    "x-messages",
                    "when",
                    "message",
                    "default",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(_JSONISH, _JSONISH)
def test_schemas_never_raise(schema: Any, other: Any) -> None:
    """Whatever is in a schema file, it is judged or told, and never a crash."""
    schemas = load(a=schema, b=other)
    found = schemas.findings
    assert all(finding.message for finding in found)
    unit = schemas.unit("a")
    assert unit is not None
    assert unit.verdict({"A": {"A": ["a"]}}) is not None or found


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("config/export.yaml", "export"),
        ("config/team/pay.yaml", "team/pay"),
        ("schemas/team/pay.schema.json", "team/pay"),
        ("schemas/defs.json", None),
        ("config/export.yml", None),
        ("config/.hidden.yaml", None),
        ("config/.d/a.yaml", None),
        ("config/.yaml", None),
        ("other/export.yaml", None),
        ("config/export.schema.json", None),
    ],
)
def test_category_of(path: str, category: str | None) -> None:
    """Schemas and values of a category stand beside each other; other files have none."""
    assert category_of(path) == category
    if category is not None:
        assert path in (config_file(category), schema_file(category))
