"""Reading a config file: strict YAML 1.2, and for whatever is wrong a place and a cure."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gitcfg.documents.document import Document, Entry, load
from gitcfg.documents.encoding import MAX_BYTES

FILE = "config/export.yaml"
LONG = "1" * 80


def read(text: str) -> Document:
    """Read a file of that text."""
    return load(text.encode(), FILE)


def told(document: Document) -> list[tuple[str, str, str | None, str]]:
    """Tell the findings as severity, place, key, message; the file's name is known."""
    return [
        (one.severity, one.place.removeprefix(FILE).lstrip(":"), one.key, one.message)
        for one in document.findings
    ]


def test_load_of_a_plain_file() -> None:
    """Keys have their values, typed as YAML 1.2 says, and their places."""
    document = read('A: "18:00"\n\nB_2: [1, 2.5, true, null]\nC: {x: ก, "1": 0x1F}\n')
    assert dict(document.entries) == {
        "A": Entry("A", "18:00", 1, 1),
        "B_2": Entry("B_2", [1, 2.5, True, None], 3, 1),
        "C": Entry("C", {"x": "ก", "1": 31}, 4, 1),
    }
    assert (document.findings, document.readable, document.unsure) == ((), True, frozenset())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0o17", 15),
        ("0x1F", 31),
        ("+5", 5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1.0e+3", 1000.0),
        ("TRUE", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("0o8", "0o8"),
        ("-x", "-x"),
        ("1.2.3", "1.2.3"),
        ("'5'", "5"),
        ('"\\u0e01\\n"', "ก\n"),
        ("|\n  a\n  b", "a\nb\n"),
        (">-\n  a\n  b", "a b"),
    ],
)
def test_load_of_values(text: str, value: Any) -> None:
    """The core schema of YAML 1.2 decides, and quotes make text."""
    found = read(f"A: {text}\n").entries["A"].value
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value", "cure"),
    [
        ("18:00", "18:00", 'the number 1080 to YAML 1.1 readers. Quote it: "18:00"'),
        ("1:2:3.5", "1:2:3.5", 'a number to YAML 1.1 readers. Quote it: "1:2:3.5"'),
        ("no", "no", 'false to YAML 1.1 readers. Quote it: "no"'),
        ("On", "On", 'true to YAML 1.1 readers. Quote it: "On"'),
        ("y", "y", 'true to YAML 1.1 readers. Quote it: "y"'),
        ("1_000", "1_000", 'the number 1000 to YAML 1.1 readers. Quote it: "1_000"'),
        (f"{LONG}_0", f"{LONG}_0", f'a number to YAML 1.1 readers. Quote it: "{LONG}_0"'),
        ("0b11", "0b11", 'the number 3 to YAML 1.1 readers. Quote it: "0b11"'),
        ("-0x1F", "-0x1F", 'the number -31 to YAML 1.1 readers. Quote it: "-0x1F"'),
        ("2026-01-01", "2026-01-01", 'a date to YAML 1.1 readers. Quote it: "2026-01-01"'),
        ("=", "=", 'a default value to YAML 1.1 readers. Quote it: "="'),
        ("<<", "<<", 'an instruction to merge to YAML 1.1 readers. Quote it: "<<"'),
        ("010", 10, 'the number 8 to YAML 1.1 readers. Write 10, or quote it if it is text: "010"'),
        ("0o17", 15, 'text to YAML 1.1 readers. Write 15, or quote it if it is text: "0o17"'),
        ("1e3", 1000.0, 'text to YAML 1.1 readers. Write 1000.0, or quote it if it is text: "1e3"'),
        ("09", 9, 'text to YAML 1.1 readers. Write 9, or quote it if it is text: "09"'),
    ],
)
def test_load_of_what_older_readers_misread(text: str, value: Any, cure: str) -> None:
    """A plain value that YAML 1.1 takes for something else is read as 1.2, with a warning."""
    document = read(f"A: {text}\n")
    assert document.entries["A"].value == value
    kind = "text" if isinstance(value, str) else f"the number {value}"
    assert told(document) == [("warning", "1:4", "A", f"{text} is {kind}, but {cure}")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("lines", "marker"),
    [
        (["A: 1", "<<<<<<< HEAD", "B: 1", "=======", "B: 2", ">>>>>>> other", ""], "<<<<<<<"),
        (["A: 1", "||||||| 0123456", "B: 1", "=======", "B: 2", ""], "|||||||"),
        (["A: 1", "=======", "B: 2", ""], "======="),
        (["A: 1", ">>>>>>> other", "B: 2", ""], ">>>>>>>"),
    ],
)
def test_load_of_a_merge_left_open(lines: list[str], marker: str, end: str) -> None:
    """What a merge left to be settled is called so, at its first marker."""
    (finding,) = read(end.join(lines)).findings
    assert finding.place == f"{FILE}:2:1"
    assert finding.message == (
        f"{FILE} is not YAML: conflict markers of a merge stand there ({marker}). Finish the "
        "merge: keep the lines that are meant, remove those with <<<<<<<, =======, >>>>>>>, "
        "then commit"
    )


def test_load_warns_of_what_is_inside_a_value_too() -> None:
    """A list, a map and a key are looked into."""
    document = read("A: [no, {yes: 1}]\nON: 1\n")
    assert [(one.place, one.key) for one in document.findings] == [
        (f"{FILE}:1:5", "A"),
        (f"{FILE}:1:10", "A"),
        (f"{FILE}:2:1", "ON"),
    ]
    assert set(document.entries) == {"A", "ON"}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("A: null", "1:1", "A has no value. Write one, or remove the line to use the default"),
        ("A:", "1:1", "A has no value. Write one, or remove the line to use the default"),
        ("A: ~", "1:1", "A has no value. Write one, or remove the line to use the default"),
        ("a: 1", "1:1", "a is in lower case. Write A"),
        ("A: .inf", "1:4", ".inf is no number to count with: numbers must be finite"),
        ("A: -.INF", "1:4", "-.INF is no number to count with: numbers must be finite"),
        ("A: .nan", "1:4", ".nan is no number to count with: numbers must be finite"),
        ("A: 1e999", "1:4", "1e999 is too large: numbers must be finite"),
        (
            "A: 9223372036854775808",
            "1:4",
            "9223372036854775808 is too large: whole numbers go up to 9223372036854775807",
        ),
        (
            "A: " + "9" * 5000,
            "1:4",
            "9" * 39 + "… is too large: whole numbers go up to 9223372036854775807",
        ),
        (
            "A: !!str 5",
            "1:4",
            "A tag (tag:yaml.org,2002:str) is not read. Remove it; text goes in quotes",
        ),
        ("A: !x [1]", "1:4", "A tag (!x) is not read. Remove it; text goes in quotes"),
        ("A: {b: 1, b: 2}", "1:11", "b stands twice in one map (line 1 too). Remove one"),
        ("A: {1: 2}", "1:5", 'The key 1 is no text. Write it in quotes: "1"'),
        ("A: {? : 2}", "1:7", 'The key null is no text. Write it in quotes: ""'),
        ("A: {[1]: 2}", "1:5", "A key is text: write `KEY: value`"),
        ("A: {<<: {b: 1}}", "1:5", "Merge keys (<<) are not read. Write the keys out"),
        ("A: *x", "1:4", "*x names nothing that stands before it. Write the value here"),
        ("A: &x [*x]", "1:8", "*x names nothing that stands before it. Write the value here"),
    ],
)
def test_load_of_a_value_that_cannot_be_used(text: str, place: str, message: str) -> None:
    """The key is unsure: neither stored nor removed; its neighbour is read."""
    document = read(f"{text}\nB: 1\n")
    assert told(document) == [("error", place, "A", message)]
    assert set(document.entries) == {"B"}
    assert document.readable
    assert document.unsure == {"A"}


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("B-C: 1", "1:1", "'B-C' is no key. Use A-Z, 0-9 and _, beginning with a letter"),
        ("'': 1", "1:1", "'' is no key. Use A-Z, 0-9 and _, beginning with a letter"),
        ("ก: 1", "1:1", "'ก' is no key. Use A-Z, 0-9 and _, beginning with a letter"),
        ("ß: 1", "1:1", "'ß' is no key. Use A-Z, 0-9 and _, beginning with a letter"),
        ("[A]: 1", "1:1", "A key is text: write `KEY: value`"),
        ("5: 1", "1:1", 'The key 5 is no text. Write it in quotes: "5"'),
    ],
)
def test_load_of_what_is_no_key(text: str, place: str, message: str) -> None:
    """What can be no key is told, and never stored."""
    document = read(f"{text}\nB: 1\n")
    assert told(document)[0] == ("error", place, None, message)
    assert (set(document.entries), document.unsure) == ({"B"}, frozenset())


def test_load_of_a_key_twice() -> None:
    """Neither of two values counts, and the second names the line of the first."""
    document = read("A: 1\nB: 2\nA: 3\nA: 4\n")
    words = "A stands twice: in line 1 too. Remove one of them"
    assert told(document) == [("error", "3:1", "A", words), ("error", "4:1", "A", words)]
    assert set(document.entries) == {"B"}
    assert document.unsure == {"A"}


def test_load_of_a_key_in_both_cases() -> None:
    """The upper-case key keeps its value beside its lower-case double."""
    document = read("a: 1\nA: 2\n")
    assert told(document) == [("error", "1:1", "A", "a is in lower case. Write A")]
    assert (document.entries["A"].value, document.unsure) == (2, frozenset())


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "1:1", "is empty. Write {} if nothing is set"),
        ("# only a comment\n", "2:1", "is empty. Write {} if nothing is set"),
        ("---\n...\n", "2:1", "is empty. Write {} if nothing is set"),
        ("null\n", "1:1", "is empty. Write {} if nothing is set"),
        ("- A\n", "1:1", "is a list, not a map of settings"),
        ("''\n", "1:1", "is a single value, not a map of settings"),
        ("A:1\n", "1:1", "is a single value, not a map of settings. Write `KEY: value`"),
        ("A: 1\n---\nB: 1\n", "2:1", "holds more than one document. Remove the `---` line"),
        ("%YAML 1.1\n---\nA: 1\n", "1:1", "has a directive. Remove the line that begins with %"),
        ("%TAG ! tag:x,2000:\n---\nA: 1\n", "1:1", "has a directive"),
        ("A: 1\n\tB: 2\n", "2:1", "a tab stands where only spaces may. Cure: indent by spaces"),
        ("A: 'x\nB: 1\n", "1:4", "a quote is not closed. Cure: close the quote"),
        ('A: "\\q"\n', "1:5", "Cure: write \\\\ for a backslash in double quotes"),
        ('A: "\\ud800"\n', "1:7", "found invalid Unicode character escape code"),
        ("A: @x\n", "1:4", 'Cure: put the text in quotes ("…")'),
        ("A: b: c\n", "1:5", 'text with ": " needs quotes'),
        ("A: [1, 2\nB: 3\n", "2:2", "Cure: close the bracket, and separate by commas"),
        ("A: 1\n B: 2\n", "2:3", "Cure: write `KEY: value`"),
        ("A: [" + "[" * 60, "1:54", "nests lists and maps more than 50 deep. Flatten them"),
        ("A: " + "{a: " * 60, "1:201", "nests lists and maps more than 50 deep. Flatten them"),
        ("A: \x01\n", "1:4", 'holds the character U+0001. Remove it, or write it as "\\u0001"'),
        ("A: \x00\n", "1:4", "holds the character U+0000. It looks like a binary file"),
        ("A: ก\u2028\n", "1:5", 'holds the character U+2028. Remove it, or write it as "\\u2028"'),
        ("A: \ufeff\n", "1:4", "holds the character U+FEFF"),
    ],
)
def test_load_of_a_file_that_cannot_be_read(text: str, place: str, words: str) -> None:
    """The file says nothing, so no key of it counts as removed; place and cure are told."""
    document = read(text)
    assert (document.readable, dict(document.entries)) == (False, {})
    (finding,) = document.findings
    assert (finding.severity, finding.place) == ("error", f"{FILE}:{place}")
    assert finding.message.startswith(FILE)
    assert words in finding.message


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"\xff\xfeA\x00", "1:1", "is UTF-16 or UTF-32. Save it as UTF-8"),
        (b"\xfe\xff\x00A", "1:1", "is UTF-16 or UTF-32. Save it as UTF-8"),
        (b"A\x00:\x00 \x00", "1:2", "holds the character U+0000. It looks like a binary file"),
        (b"A: 1\nB: \xe0\xb8\x81\xff\n", "2:5", "is not UTF-8: byte 0xff. Save it as UTF-8"),
        (b"\xef\xbb\xbfA: \xff", "1:4", "is not UTF-8: byte 0xff. Save it as UTF-8"),
        (b"A: \xed\xa0\x80", "1:4", "is not UTF-8: byte 0xed. Save it as UTF-8"),
        (b" " * (MAX_BYTES + 1), "", "is larger than 16 MiB. Split it"),
    ],
)
def test_load_of_bytes_that_are_no_text(data: bytes, place: str, words: str) -> None:
    """Only UTF-8 is read, and anything else is told with its place."""
    (finding,) = load(data, FILE).findings
    assert finding.message.startswith(f"{FILE} {words}")
    assert finding.place == f"{FILE}:{place}".rstrip(":")


def test_load_after_a_byte_order_mark() -> None:
    """A mark at the beginning is let be, and columns count without it."""
    document = load(b"\xef\xbb\xbfA: no\n", FILE)
    assert document.entries["A"] == Entry("A", "no", 1, 1)
    assert document.findings[0].place == f"{FILE}:1:4"


def test_load_tells_all_that_it_saw_before_it_broke_off() -> None:
    """Findings of the readable part come with the one that ended the reading."""
    document = read("A: no\nB: !x 1\nC: [\n")
    assert [one.rule for one in document.findings] == ["yaml/quote", "yaml/tag", "yaml/syntax"]


def test_load_takes_aliases_within_bounds() -> None:
    """An alias repeats a value; what repeats too much is a bomb."""
    assert read("A: &x [1, &y 2]\nB: [*x, *y]\n").entries["B"].value == [[1, 2], 2]
    bomb = "A0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"A{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    (finding,) = read(bomb).findings
    assert "repeats too much by aliases" in finding.message
    assert finding.line == 6


def test_load_bounds_depth_through_aliases() -> None:
    """What nests by an alias counts as if it were written out."""
    deep = f"A: &x {'[' * 30}{']' * 30}\n"
    assert read(deep + f"B: {'[' * 19}*x{']' * 19}\n").readable
    (finding,) = read(deep + f"B: &y [*x]\nC: {'[' * 20}*y{']' * 20}\n").findings
    assert "nests lists and maps more than 50 deep" in finding.message
    assert finding.line == 3


def test_load_takes_the_newest_of_two_anchors() -> None:
    """An anchor that is set again means its newest value."""
    assert read("A: &x 1\nB: &x 2\nC: *x\n").entries["C"].value == 2


@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"\xef\xbb\xbf\xff")
@example(b"? - ? - :\n")
@example(b"&a : *a\n")
def test_load_never_raises_for_bytes(data: bytes) -> None:
    """Whatever bytes a file has, reading gives a document, and an unreadable one says why."""
    document = load(data, FILE)
    assert document.readable or document.findings


_YAMLISH = st.text(
    st.sampled_from("ABab01 .:-?[]{},&*!|>'\"%@`#\n\n  \t\r<~ก\ufeff\u2028"), max_size=60
)


@given(_YAMLISH)
def test_load_never_raises_for_what_looks_like_yaml(text: str) -> None:
    """Neither do the signs of YAML in any order."""
    document = read(text)
    assert document.readable or document.findings
    assert not document.entries.keys() & document.unsure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"a\\nb": 1\n"a\\nb": 2\n', "'a\\nb' stands twice"),
        ('A: {"\\e": 1, "\\e": 2}\n', "'\\x1b' stands twice in one map"),
        ("C\t:: 1\nC\t:: 2\n", "'C\\t:' stands twice"),
        ("A: 2001-01-01\t10:00:00\n", "'2001-01-01\\t10:00:00' is text"),
    ],
)
def test_load_tells_names_that_are_not_printable_in_quotes(text: str, words: str) -> None:
    """A message is one line that can be read, whatever a key is called."""
    told = [one.message for one in load(text.encode(), "config/a.yaml").findings]
    assert any(one.startswith(words) for one in told), told
    assert all(one.isprintable() for one in told)
