"""Generated config files, in the many ways that people write YAML, with every part's bounds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

BREAKS = ("\n", "\r\n")
NAMES = ("ALPHA", "BETA_2", "GAMMA", "DELTA", "LAST_ONE")


@dataclass(frozen=True)
class Part:
    """One key: lines before it, the key with its colon, the value's text, what follows it."""

    before: str
    key: str
    name: str
    value: str
    after: str


@dataclass(frozen=True)
class Written:
    """A whole file: `head`, the parts in order, `foot`."""

    head: str
    parts: tuple[Part, ...]
    foot: str

    @property
    def text(self) -> str:
        """The file as text."""
        middle = "".join(one.before + one.key + one.value + one.after for one in self.parts)
        return self.head + middle + self.foot

    def around(self, name: str) -> tuple[str, str]:
        """Give what stands before and behind one key's value."""
        at = [one.name for one in self.parts].index(name)
        before = "".join(p.before + p.key + p.value + p.after for p in self.parts[:at])
        behind = "".join(p.before + p.key + p.value + p.after for p in self.parts[at + 1 :])
        one = self.parts[at]
        return self.head + before + one.before + one.key, one.after + behind + self.foot


words = st.text(st.sampled_from("abz09 .-_/กขé€😀"), min_size=1, max_size=12)
texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\t\"'#:,[]{}&*!|>%@`ก"),
    max_size=20,
)
scalars = (
    texts
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.sampled_from(["18:00", "no", "010", "1_000", "", " x ", "null", "~", "2026-01-01", "<<"])
)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner | st.none(), max_size=3) | st.dictionaries(texts, inner, max_size=3)
    ),
    max_leaves=6,
)

comments = st.text(st.sampled_from("ab :,'\"[{#กé"), max_size=8).map(lambda text: f"# {text}")
_tails = st.just("") | comments.map(lambda text: f"  {text}") | st.just("   ")


def _lines(draw: st.DrawFn, line_break: str) -> str:
    several = st.lists(st.just("") | comments | st.just("  "), max_size=2)
    return "".join(line + line_break for line in draw(several))


@st.composite
def _single_lines(draw: st.DrawFn) -> str:
    """Write a value on the key's own line."""
    kind = draw(st.sampled_from(["plain", "single", "double", "flow", "json"]))
    if kind == "plain":
        plain = ["5", "-0.5", "true", "Asia/Bangkok", "18:00", "ก ข", "a b", "1e3", "it's", "a#b"]
        return draw(st.sampled_from(plain))
    if kind == "single":
        return "'" + draw(words).replace("'", "''") + "'"
    if kind == "double":
        return json.dumps(draw(words), ensure_ascii=False)
    if kind == "flow":
        return draw(st.sampled_from(["[]", "{}", "[1, 'a,b']", "{a: 1, b: [x]}", "[ 1 , 2 ]"]))
    return json.dumps(draw(st.lists(st.integers(0, 9), max_size=3)))


@st.composite
def _many_lines(draw: st.DrawFn, line_break: str) -> str:
    """Write a value over several lines, without the last line break."""
    forms = [
        "'one\n\n  two'",
        '"one\\\n  two"',
        "plain\n  goes on",
        "[1, # first\n  2]",
        "{a: 1,\n\n  b: 2 }",
    ]
    return draw(st.sampled_from(forms)).replace("\n", line_break)


@st.composite
def _blocks(draw: st.DrawFn, line_break: str) -> str:
    """Write a block scalar, or a list or map on the lines below; without the last line break."""
    if draw(st.booleans()):
        header = draw(st.sampled_from(["|", ">", "|-", ">+", "|2"]))
        note = draw(st.just("") | comments.map(lambda text: f" {text}"))
        body = draw(st.sampled_from(["  one", "  one\n\n  two", "  # no comment", "  ก: ข"]))
        return f" {header}{note}\n{body}".replace("\n", line_break)
    forms = ["\n- 1\n- two", "\n  - 1\n  - x: 1\n    y: 2", "\n  a: 1\n  b:\n    - 2", "\n  later"]
    return draw(st.sampled_from(forms)).replace("\n", line_break)


@st.composite
def _parts(draw: st.DrawFn, name: str, line_break: str) -> Part:
    key = draw(st.sampled_from([name, f'"{name}"', f"'{name}'", f"{name} "])) + ":"
    before = _lines(draw, line_break)
    kind = draw(st.sampled_from(["single", "single", "many", "block"]))
    if kind == "block":
        return Part(before, key, name, draw(_blocks(line_break)), line_break)
    space = draw(st.sampled_from([" ", "  ", "\t"]))
    value = draw(_single_lines() if kind == "single" else _many_lines(line_break))
    return Part(before, key + space, name, value, draw(_tails) + line_break)


@st.composite
def block_files(draw: st.DrawFn) -> Written:
    """Write a file of `KEY: value` lines."""
    line_break = draw(st.sampled_from(BREAKS))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    head = draw(st.sampled_from(["", "\ufeff"])) + _lines(draw, line_break)
    head += draw(st.sampled_from(["", f"---{line_break}"]))
    parts = [draw(_parts(name, line_break)) for name in names]
    foot = _lines(draw, line_break) + draw(st.sampled_from(["", f"...{line_break}"]))
    if not foot and draw(st.booleans()):
        last = parts[-1]
        end = last.after.removesuffix(line_break)
        parts[-1] = Part(last.before, last.key, last.name, last.value, end)
    return Written(head, tuple(parts), foot)


@st.composite
def flow_files(draw: st.DrawFn) -> Written:
    """Write a file that is one `{…}`, on one line or several."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    gap = draw(st.sampled_from([" ", "\n  ", "  # note, {\n  ", "\r\n "]))
    parts = []
    for name in names:
        key = draw(st.sampled_from([f"{name}: ", f'"{name}": ', f'"{name}":']))
        value = draw(st.sampled_from(["1", '"a, b"', "'}'", "[1, 2]", "{x: y}", '"18:00"']))
        after = "," if name != names[-1] else draw(st.sampled_from(["", ","]))
        parts.append(Part(gap, key, name, value, draw(st.sampled_from(["", " "])) + after))
    return Written("{", tuple(parts), draw(st.sampled_from(["}", "\n}", " }\n", "}\n# end\n"])))
