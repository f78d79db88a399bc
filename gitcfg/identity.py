"""Who signs a change: what git can hold as a name and an address."""

from __future__ import annotations

import re

from gitcfg.errors import UsageError
from gitcfg.model import Author

# git cuts these from both ends, and takes the angle brackets for the bounds of the address.
_CRUD = "".join(map(chr, range(33))) + ",:;<>\"\\'"
_IMPOSSIBLE = re.compile("[<>\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def signable(who: Author, *, role: str = "author") -> Author:
    """Give a person as git will hold it; raises UsageError for one that it cannot hold."""
    for what, text in (("name", who.name), ("address", who.email)):
        if _IMPOSSIBLE.search(text):
            raise UsageError(
                f"the {role}'s {what} {text!r} holds a character that git cannot hold there "
                "(an angle bracket, a line break or another control character). Write it without"
            )
        if not text.strip(_CRUD):
            raise UsageError(f"the {role}'s {what} {text!r} is empty to git. Give a {what}")
    return Author(who.name.strip(_CRUD), who.email.strip(_CRUD))
