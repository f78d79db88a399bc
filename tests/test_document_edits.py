"""One-key edits: in whatever way a file is written, only that key's bytes change."""

from __future__ import annotations

import contextlib
from typing import Any

import documents
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.documents.document import load, remove, replace
from gitcfg.errors import InvalidError

FILE = "config/export.yaml"


def values_of(data: bytes) -> dict[str, Any]:
    """Read a file that must be readable."""
    document = load(data, FILE)
    assert document.readable, document.findings
    return {key: entry.value for key, entry in document.entries.items()}


def first_difference(one: str, other: str) -> int:
    """Tell how far two texts are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


any_file = documents.block_files() | documents.flow_files()


@given(any_file, documents.values, st.data())
def test_replace_changes_the_value_alone(
    written: documents.Written, value: Any, data: st.DataObject
) -> None:
    """What stands before and behind a value stays, byte for byte, and the new value reads back."""
    name = data.draw(st.sampled_from([part.name for part in written.parts]))
    before = written.text.encode()
    after = replace(before, name, value, FILE)
    assert values_of(after) == {**values_of(before), name: value}
    head, tail = written.around(name)
    assert after.decode().startswith(head)
    assert after.decode().endswith(tail)


@given(any_file, documents.values)
def test_replace_of_an_absent_key_only_adds(written: documents.Written, value: Any) -> None:
    """A new key is put in at one place; taking that out again gives the old file."""
    before = written.text
    after = replace(before.encode(), "NEW_KEY", value, FILE)
    assert values_of(after) == {**values_of(before.encode()), "NEW_KEY": value}
    start = first_difference(before, after.decode())
    assert after.decode().endswith(before[start:])


@given(any_file, st.data())
def test_remove_drops_that_key_alone(written: documents.Written, data: st.DataObject) -> None:
    """The key is gone, and the others hold what they held."""
    name = data.draw(st.sampled_from([part.name for part in written.parts]))
    before = written.text.encode()
    after = remove(before, name, FILE)
    assert values_of(after) == {k: v for k, v in values_of(before).items() if k != name}


@given(documents.block_files(), st.data())
def test_remove_cuts_one_piece(written: documents.Written, data: st.DataObject) -> None:
    """Of a block file one piece goes, whole lines; where no key is left, `{}` takes its place."""
    name = data.draw(st.sampled_from([part.name for part in written.parts]))
    before = written.text
    after = remove(before.encode(), name, FILE).decode()
    if len(written.parts) == 1:
        after = after.replace("{}", "", 1)
    start = first_difference(before, after)
    assert before.endswith(after[start:])


@given(any_file, documents.values)
def test_set_and_unset_leave_a_file_that_reads_the_same(
    written: documents.Written, value: Any
) -> None:
    """Adding a key and removing it again changes no value, and no other key's bytes."""
    before = written.text.encode()
    after = remove(replace(before, "NEW_KEY", value, FILE), "NEW_KEY", FILE)
    assert values_of(after) == values_of(before)


_SIGNS = [*"AB:?{}[],'\"|>~ก", "A: 1\n", "B: |\n  x\n", "A: ", "B: ", "- ", "&x ", "*x", "<<"]
_SIGNS += [
    " ",
    "\n",
    "\n  ",
    "\n- ",
    " # c\n",
    "# c\n",
    "\r\n",
    "\r",
    "\t",
    "---\n",
    "...\n",
    "!t ",
]


@given(st.lists(st.sampled_from(_SIGNS), max_size=10).map("".join), st.sampled_from(["A", "B"]))
def test_edits_of_whatever_is_readable(text: str, key: str) -> None:
    """However strange a file is, an edit does what is asked and no more, or is refused."""
    data = text.encode()
    document = load(data, FILE)
    others = {name: entry.value for name, entry in document.entries.items() if name != key}
    with contextlib.suppress(InvalidError):
        assert values_of(replace(data, key, 5, FILE)) == {**others, key: 5}
    with contextlib.suppress(InvalidError):
        assert values_of(remove(data, key, FILE)) == others


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A: 18:00 # why\nB: 1\n", 'A: "19:30" # why\nB: 1\n'),
        ("A: '18:00'\n", "A: '19:30'\n"),
        ("A: | # why\n  one\n\n  two\n\n# next\nB: 1\n", 'A: "19:30" # why\n\n# next\nB: 1\n'),
        ("A: |", 'A: "19:30"'),
        ("A: >-\n  one", 'A: "19:30"'),
        ("A: |+\n  t\n\n\n", 'A: "19:30"\n\n\n'),
        ("A: # why\n  - 1 # one\nB: 1\n", 'A: "19:30" # why # one\nB: 1\n'),
        ("A:\n- 1\n- 2\nB: 1\n", 'A: "19:30"\nB: 1\n'),
        ("A:\n  # why\n  x\n", 'A:\n  # why\n  "19:30"\n'),
        ("A:\nB: 1\n", 'A: "19:30"\nB: 1\n'),
        ("A: # none\nB: 1\n", 'A: "19:30" # none\nB: 1\n'),
        ("A: &x 1\nB: 2\n", 'A: "19:30"\nB: 2\n'),
        ("B: &x 1\nA: *x\n", 'B: &x 1\nA: "19:30"\n'),
        ("A: !!str x\n", 'A: "19:30"\n'),
        ("? A\n: 1\n", '? A\n: "19:30"\n'),
        ("  A: 1\n  B: 2\n", '  A: "19:30"\n  B: 2\n'),
        ("\ufeffA: 1\r\nB: 2\r\n", '\ufeffA: "19:30"\r\nB: 2\r\n'),
        ('{"A":1,"B":2}', '{"A":"19:30","B":2}'),
        ("A: ก # ข\n", 'A: "19:30" # ข\n'),
    ],
)
def test_replace_where_a_value_stands_oddly(before: str, after: str) -> None:
    """Comments, anchors, tags, quotes, block text and nothing at all give way to the value."""
    assert replace(before.encode(), "A", "19:30", FILE).decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", "NEW: 1"),
        ("# only\n{}\n", "# only\nNEW: 1\n"),
        ("--- {}\n", "--- {NEW: 1}\n"),
        ("A: 1", "A: 1\nNEW: 1"),
        ("A: 1\r\n# end\r\n", "A: 1\r\n# end\r\nNEW: 1\r\n"),
        ("---\nA: 1\n...\n", "---\nA: 1\nNEW: 1\n...\n"),
        ("  A: 1\n", "  A: 1\n  NEW: 1\n"),
        ("A: |\n  x", "NEW: 1\nA: |\n  x"),
        ("{A: 1,\n B: 2, # two\n}", "{A: 1,\n B: 2, NEW: 1, # two\n}"),
        ('{"A": 1}', '{"A": 1, "NEW": 1}'),
    ],
)
def test_replace_adds_a_key(before: str, after: str) -> None:
    """A key that is absent gets a line at the end, or a place in the braces."""
    assert replace(before.encode(), "NEW", 1, FILE).decode() == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# a\nA: 1 # one\n# b\nB: 2\n", "# a\n# b\nB: 2\n"),
        ("A: 1\n", "{}\n"),
        ("A: 1", "{}"),
        ("# a\nA: |\n  x\n\n# end\n", "# a\n{}\n\n# end\n"),
        ("B: 1\nA: [1,\n  2]\nC: 3\n", "B: 1\nC: 3\n"),
        ("B: |+\n  x\nA: 1\n\nC: 3\n", "B: |+\n  x\nC: 3\n"),
        ("{A: 1, B: 2}", "{B: 2}"),
        ("{B: 2, A: 1}", "{B: 2}"),
        ("{B: 2, A: 1,}", "{B: 2,}"),
        ("{A: 1}", "{}"),
        ("{A: 1, # c, d\n B: 2\n}\n", "{ # c, d\n B: 2\n}\n"),
        ("{\n  B: 2,\n  A: 1\n}\n", "{\n  B: 2\n}\n"),
        ("{\n  A: 1,\n  B: 2\n}\n", "{\n  B: 2\n}\n"),
        ("B: 2\n", "B: 2\n"),
    ],
)
def test_remove_takes_the_lines_of_a_key(before: str, after: str) -> None:
    """A key goes with its line, or its piece of the braces; the last one leaves `{}`."""
    assert remove(before.encode(), "A", FILE).decode() == after


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"A: 1\nA: 2\n", "A stands twice in config/export.yaml, in lines 1 and 2"),
        (b"A: &x 1\nB: *x\n", "config/export.yaml:2: B takes its value from A"),
        (b"A: [&x 1]\nB: {b: *x}\n", "config/export.yaml:2: B takes its value from A"),
        (b"{A, B: 1}", "A in config/export.yaml cannot be changed"),
        (b"A: [", "config/export.yaml is not YAML"),
        (b"", "config/export.yaml is empty"),
        (b"\xff\xfeA", "config/export.yaml is UTF-16"),
    ],
)
def test_replace_where_it_cannot_be_done(data: bytes, words: str) -> None:
    """An edit that would touch more than its key is refused, and says why."""
    with pytest.raises(InvalidError) as caught:
        replace(data, "A", 5, FILE)
    assert words in caught.value.message


def test_remove_of_a_value_that_others_use() -> None:
    """A key whose anchor another key needs cannot go."""
    with pytest.raises(InvalidError) as caught:
        remove(b"A: &x 1\nB: *x\n", "A", FILE)
    assert "Write the value of B out first" in caught.value.message


def test_remove_that_would_hand_a_comment_to_block_text() -> None:
    """An indented comment that would become part of the text before it stops the edit."""
    with pytest.raises(InvalidError) as caught:
        remove(b"B: |\n  x\nA: 1\n  # note\nC: 1\n", "A", FILE)
    assert "Edit the file by hand" in caught.value.message


def test_replace_keeps_an_anchor_used_within_the_value() -> None:
    """An anchor that only its own value uses goes with it."""
    assert replace(b"A: [&x 1, *x]\n", "A", 5, FILE) == b"A: 5\n"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "a setting cannot be null"),
        (float("nan"), "numbers must be finite"),
        (2**63, "whole numbers go up to 9223372036854775807"),
        ("\ud800", "half of a surrogate pair is no text"),
        ({1: 2}, "the keys of a map are text"),
        ({"a": {1, 2}}, "set is no type of JSON"),
        (b"x", "bytes is no type of JSON"),
    ],
)
def test_replace_by_what_cannot_be_stored(value: Any, words: str) -> None:
    """A value that JSON has no form for is refused, and named."""
    with pytest.raises(InvalidError) as caught:
        replace(b"A: 1\n", "A", value, FILE)
    assert caught.value.message == f"A cannot be stored: {words}"


def test_replace_by_what_nests_without_end() -> None:
    """A value that nests too deep, or holds itself, is refused."""
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(InvalidError) as caught:
        replace(b"A: 1\n", "A", endless, FILE)
    assert caught.value.message == "A cannot be stored: lists and maps nest at most 50 deep"


def test_replace_takes_a_megabyte() -> None:
    """Long values are nothing special."""
    text = "ก่อน x" * 150_000
    assert values_of(replace(b"A: 1\nB: 2\n", "A", text, FILE)) == {"A": text, "B": 2}
