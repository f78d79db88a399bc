"""What is asked of a schema itself: the same as the metaschema of 2020-12 asks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]

from gitcfg.schemas.metaschema import DIALECT, misshapen
from gitcfg.schemas.subschemas import walk

OTHER = "http://json-schema.org/draft-07/schema#"
_META = [
    f"https://json-schema.org/draft/2020-12/{name}"
    for name in (
        "schema",
        "meta/core",
        "meta/applicator",
        "meta/unevaluated",
        "meta/validation",
        "meta/meta-data",
        "meta/format-annotation",
        "meta/content",
    )
]
_KEYWORDS = {name for uri in _META for name in REGISTRY.contents(uri)["properties"]}
_NAMES = sorted(_KEYWORDS - {"$schema"} | {"unheard"})
_SMALL = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, -1, 2.0, 1.5, 0.0, -2.0])
    | st.sampled_from(["", "a", "string", "integer", "#", "x#", "x#y", "a.b", "1a", "_", "number"])
)
_SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    _SMALL,
    lambda inner: (
        st.dictionaries(st.sampled_from(_NAMES), inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def is_sound(schema: Any) -> bool:
    """Tell whether nothing in a schema is misshapen."""
    return not any(list(misshapen(part)) for _, part in walk(schema))


@given(st.dictionaries(st.sampled_from(_NAMES), _SCHEMAS, max_size=3) | _SCHEMAS)
@example({"type": ["string", "string"]})
@example({"required": ["a", "a"]})
@example({"dependencies": {"a": ["b"], "c": {"type": 5}}})
@example({"enum": []})
@example({"type": []})
def test_misshapen_agrees_with_the_metaschema(schema: Any) -> None:
    """A schema has a misshapen keyword exactly where the metaschema finds an error."""
    known = Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(schema)
    assert is_sound(schema) == known


@pytest.mark.parametrize("name", _NAMES)
@given(value=_SCHEMAS)
@settings(max_examples=25)
def test_misshapen_of_each_keyword(name: str, value: Any) -> None:
    """The same for every keyword by itself."""
    schema = {name: value}
    known = Draft202012Validator(Draft202012Validator.META_SCHEMA).is_valid(schema)
    assert is_sound(schema) == known


@pytest.mark.parametrize(
    ("schema", "keyword", "words"),
    [
        (5, "", "must be a schema: a map, true or false"),
        ({"minimum": "5"}, "minimum", "`minimum` must be a number"),
        ({"allOf": []}, "allOf", "`allOf` must be a list of schemas, at least one"),
        (
            {"$schema": OTHER},
            "$schema",
            f"is written for another JSON Schema ({OTHER}). Write it for {DIALECT}",
        ),
    ],
)
def test_misshapen_in_words(schema: Any, keyword: str, words: str) -> None:
    """The keyword is named, with what it must be."""
    assert list(misshapen(schema)) == [(keyword, words)]
