"""Counting by the lines that are others: never another answer than reading each file whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitcfg.documents import document
from gitcfg.history import lines
from gitcfg.history.tally import Made, Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gitcfg.history.tally import Held

FILE = "config/a.yaml"
LINE = st.sampled_from(
    [
        "K: 1",
        "K: 2",
        "K: '2'",
        "L: true",
        'L: "x"  # said',
        "M: 1.50",
        "# K: 3",
        "#\x01",
        "",
        "K: no",
        "K: [1]",
        "K: [true]",
        "  - x",
        "k: 1",
        "A: null",
        "\ufeffK: 4",
        "K: 1\r",
        "L: ก",
        'L: "ก"',
        "---",
    ]
)
FILES = st.lists(LINE, max_size=5).map("\n".join).map(str.encode) | st.none()


class Nothing:
    """A line of which nothing was counted yet."""

    def file(self, _: str) -> dict[str, Held]:
        """Hold nothing in a file."""
        return {}

    def places(self, _: str) -> dict[str, Held]:
        """Hold nothing of a key."""
        return {}

    def last(self, _: str) -> tuple[int, None]:
        """Know no version."""
        return 0, None


def counted(contents: Sequence[bytes | None]) -> tuple[list[list[Made]], dict[str, Held]]:
    """Count a file through some contents."""
    tally = Tally(Nothing())
    made = [list(tally.step({FILE: content})) for content in contents]
    return made, tally.file(FILE)


@given(st.lists(FILES, max_size=6))
def test_counting_by_lines_tells_what_whole_files_tell(contents: list[bytes | None]) -> None:
    """Whatever stands in a file, versions and what it holds are those of reading it whole."""
    by_lines = counted(contents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "edit", lambda *_: None)
        patch.setattr(lines, "whole", lambda *_: None)
        assert counted(contents) == by_lines


@given(FILES, FILES)
def test_edit_of_a_plain_file_is_read_by_its_new_lines(
    before: bytes | None, after: bytes | None
) -> None:
    """An edit that is read by lines gives the keys and values of the whole file."""
    old = lines.whole(before or b"", FILE)
    if old is None or after is None:
        return
    found = lines.edit(old.lines, old.values.keys(), after, FILE)
    if found is not None:
        kept = {key: one for key, one in old.values.items() if key not in found.gone}
        assert {**kept, **found.values} == document.load(after, FILE).values
        assert found.lines == frozenset(after.split(b"\n"))


def test_one_changed_line_is_read_by_itself() -> None:
    """The usual edit, of one value, needs no more than its line."""
    old = lines.whole(b"# said\nK: 1\nL: 2\n", FILE)
    assert old is not None
    found = lines.edit(old.lines, old.values.keys(), b"# said\nK: 5\nL: 2\n", FILE)
    assert found is not None
    assert (dict(found.values), set(found.gone)) == ({"K": 5}, set())
    renamed = lines.edit(old.lines, old.values.keys(), b"# said\nM: 1\nL: 2\n", FILE)
    assert renamed is not None
    assert (dict(renamed.values), set(renamed.gone)) == ({"M": 1}, {"K"})


@pytest.mark.parametrize("after", [b"K: 1\nK: 1\n", b"K: 1\nK: 2\n", b"# none\n", b"K: 1\nK: [\n"])
def test_edit_that_may_mean_more_is_read_whole(after: bytes) -> None:
    """A key that stands twice, a file without any, or other YAML is left to the parser."""
    old = lines.whole(b"K: 1\n", FILE)
    assert old is not None
    assert lines.edit(old.lines, old.values.keys(), after, FILE) is None
