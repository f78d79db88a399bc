"""Who signs a change: what git can hold as a name and an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gitcfg.errors import UsageError

if TYPE_CHECKING:
    from gitcfg.model import Author

# git cuts these from both ends, and takes the angle brackets for the bounds of the address.
_CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"
_IMPOSSIBLE = re.compile("[<>\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def signable(author: Author) -> Author:
    """Give an author back that git can hold to the letter; raises UsageError for others."""
    for what, text in (("name", author.name), ("address", author.email)):
        if _IMPOSSIBLE.search(text):
            raise UsageError(
                f"the author's {what} {text!r} holds a character that git cannot hold there "
                "(an angle bracket, a line break or another control character). Write it without"
            )
        if not text.strip(_CRUD):
            raise UsageError(f"the author's {what} {text!r} is empty to git. Give a {what}")
    return author
