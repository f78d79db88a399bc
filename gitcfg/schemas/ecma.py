"""ECMAScript regular expressions (unicode mode) written anew in the dialect of `regex`.

Not taken: modifiers as in `(?i:…)`, and one name for two groups; either is told as an error.
Source: ECMA-262, section 22.2.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gitcfg.schemas.ecma_signs import (
    BOUNDARY,
    CONTROLS,
    COUNT,
    HEX,
    INSIDE,
    LINE_ENDS,
    LOOK,
    MAX_SIZE,
    NAME,
    PROPERTY,
    SETS,
    SYNTAX,
    PatternError,
    coded,
    counted,
    literal,
    number,
    stands_alone,
)

MAX_NESTING = 50


def translate(pattern: str) -> str:
    """Write an ECMAScript pattern in the dialect of `regex`, version 1; raises PatternError."""
    first = _Reader(pattern)
    first.alternatives(0)
    names = first.names
    reader = _Reader(pattern, groups=first.count, known=names)
    written, size = reader.alternatives(0)
    if reader.at < len(pattern):
        raise PatternError(f"has an unmatched ) at {reader.at + 1}")
    if size > MAX_SIZE:
        raise PatternError(f"repeats too much: more than {MAX_SIZE} elements written out")
    return f"(?V1){written}"


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from left to right; each method returns what it wrote, and its size."""

    text: str
    groups: int | None = None
    known: dict[str, int] = field(default_factory=dict)
    at: int = 0
    count: int = 0
    names: dict[str, int] = field(default_factory=dict)

    def alternatives(self, depth: int) -> tuple[str, int]:
        if depth > MAX_NESTING:
            raise PatternError(f"nests groups more than {MAX_NESTING} deep")
        written, total = [], 0
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                written.append("|")
                continue
            term, size = self._term(depth)
            written.append(term)
            total += size
        return "".join(written), total

    def _term(self, depth: int) -> tuple[str, int]:
        sign = self.text[self.at]
        if sign in "^$":
            self.at += 1
            return (r"\A" if sign == "^" else r"\Z"), 1
        if self.text.startswith(LOOK, self.at):
            return self._group(depth)
        atom, size = self._group(depth) if sign == "(" else (self._atom(sign), 1)
        times, least = self._times()
        return atom + times, size * max(1, least)

    def _group(self, depth: int) -> tuple[str, int]:
        begun = self.at
        opened = next((look for look in LOOK if self.text.startswith(look, begun)), None)
        if opened is None and self.text.startswith("(?:", begun):
            opened = "(?:"
        if opened is not None:
            self.at += len(opened)
        else:
            opened = "("
            self._numbered()
        inner, size = self.alternatives(depth + 1)
        if not self.text.startswith(")", self.at):
            raise PatternError(f"has a group at {begun + 1} that is not closed")
        self.at += 1
        return f"{opened}{inner})", size + 1

    def _numbered(self) -> None:
        self.count += 1
        self.at += 1
        if not self.text.startswith("?", self.at):
            return
        name = NAME.match(self.text, self.at + 1)
        if name is None:
            raise PatternError(f"has an unknown kind of group at {self.at}: (?…")
        if name[1] in self.names:
            raise PatternError(f"gives two groups the name {name[1]}")
        self.names[name[1]] = self.count
        self.at = name.end()

    def _times(self) -> tuple[str, int]:
        if self.at == len(self.text) or self.text[self.at] not in "*+?{":
            return "", 1
        sign = self.text[self.at]
        least = 1
        if sign == "{":
            found = COUNT.match(self.text, self.at)
            if found is None:
                raise PatternError(f"has a {{ at {self.at + 1} that is no count")
            self.at = found.end()
            sign, least = counted(found)
        else:
            self.at += 1
        if self.text.startswith("?", self.at):
            self.at += 1
            sign += "?"
        return sign, least

    def _atom(self, sign: str) -> str:
        if sign == "[":
            return self._set()
        self.at += 1
        if sign == ".":
            return f"[^{LINE_ENDS}]"
        if sign == "\\":
            return self._escape()
        if sign in "*+?{}]":
            raise PatternError(f"has a {sign} at {self.at} with nothing to act on: \\{sign}")
        return literal(ord(sign))

    def _escape(self) -> str:
        sign = self._sign()
        if sign in "bB":
            self.at += 1
            return BOUNDARY if sign == "b" else INSIDE
        if sign.lower() in SETS:
            self.at += 1
            return f"[{'^' if sign.isupper() else ''}{SETS[sign.lower()]}]"
        if sign == "k":
            name = NAME.match(self.text, self.at + 1)
            if name is None or (self.groups is not None and name[1] not in self.known):
                raise PatternError("refers by \\k to a group that is not there")
            self.at = name.end()
            return self._back(self.known.get(name[1], 1))
        found = re.compile(r"[1-9][0-9]*").match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            return self._back(number(found[0]))
        return self._property() or literal(self._code())

    def _back(self, group: int) -> str:
        if self.groups is None:
            return ""
        if group > self.groups:
            raise PatternError(f"refers to group {group}, which is not there")
        return f"(?({group})\\{group})"  # a group that took no part matches emptiness

    def _property(self) -> str:
        found = PROPERTY.match(self.text, self.at)
        if found is None or not (found[1] is None or stands_alone(found[1])):
            return ""
        self.at = found.end()
        return "\\" + found[0]

    def _sign(self) -> str:
        if self.at >= len(self.text):
            raise PatternError("ends in a lone \\")
        return self.text[self.at]

    def _code(self, *, inside: bool = False) -> int:
        """Read what follows a backslash as one character."""
        sign = self._sign()
        found = HEX.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
            return coded(found)
        control = re.compile(r"c([A-Za-z])|0(?![0-9])").match(self.text, self.at)
        if control is not None:
            self.at = control.end()
            return ord(control[1]) % 32 if control[1] else 0
        self.at += 1
        if sign in CONTROLS:
            return CONTROLS[sign]
        if inside and sign in "b-":
            return 8 if sign == "b" else ord("-")
        if sign not in SYNTAX:
            raise PatternError(f"has the escape \\{sign}, which means nothing")
        return ord(sign)

    def _set(self) -> str:
        begun = self.at
        self.at += 1
        negated = self.text.startswith("^", self.at)
        self.at += negated
        parts: list[str] = []
        while not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise PatternError(f"has a [ at {begun + 1} that is not closed")
            parts.append(self._range())
        self.at += 1
        if not parts:
            return "(?s:.)" if negated else "(?!)"
        return f"[{'^' if negated else ''}{''.join(parts)}]"

    def _range(self) -> str:
        low = self._member()
        dash = self.text.startswith("-", self.at) and not self.text.startswith("-]", self.at)
        if not dash or self.at + 1 >= len(self.text):
            return low if isinstance(low, str) else literal(low)
        self.at += 1
        high = self._member()
        if isinstance(low, str) or isinstance(high, str):
            raise PatternError("has a range in [] that begins or ends in a whole class")
        if low > high:
            raise PatternError(f"has a range in [] that runs backwards: {chr(low)}-{chr(high)}")
        return f"{literal(low)}-{literal(high)}"

    def _member(self) -> str | int:
        """Read one member of a set: a class as written, or a character's code."""
        sign = self.text[self.at]
        self.at += 1
        if sign != "\\":
            return ord(sign)
        sign = self._sign()
        if sign.lower() in SETS:
            self.at += 1
            written = SETS[sign.lower()]
            return written if sign.islower() else f"[^{written}]"
        return self._property() or self._code(inside=True)
