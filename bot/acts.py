"""A change as a button, a form or a command means it, and what a button's id keeps of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from bot.catalogue import compact

if TYPE_CHECKING:
    from gitcfg import Store, Written

SET, UNDO, ROLLBACK, RESET, UNSET = "set", "undo", "rollback", "reset", "unset"
REVISION = 20
"""Digits of a revision that a button keeps: enough for ever, and there is room for two."""

ID = re.compile(
    r"(?P<kind>acct|form):(?P<verb>set|undo|rollback|reset|unset)"
    r":(?P<expect>[0-9a-f]*):(?P<target>[0-9a-f]*):(?P<key>[A-Z0-9_]+(?:~[0-9a-f]+)?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One change of one key, meant for a state that was seen.

    `expect` is the revision that gave the key its value then, `0` where none did, empty where the
    state does not matter; `target` is the revision to roll back to.
    """

    verb: str
    key: str
    expect: str = ""
    target: str = ""
    value: str = ""

    @property
    def action(self) -> str:
        """Name it as history does."""
        return "revert" if self.verb == UNDO else self.verb

    def id(self, kind: str = "acct") -> str:
        """Write it as the id of a button (`acct`) or a form (`form`), within 100 characters."""
        seen, target = self.expect[:REVISION], self.target[:REVISION]
        return f"{kind}:{self.verb}:{seen}:{target}:{compact(self.key)}"

    @classmethod
    def of(cls, found: re.Match[str], key: str, value: str = "") -> Self:
        """Read it back; `key` is the whole key that the compact one stands for."""
        return cls(
            verb=found["verb"],
            key=key,
            expect=found["expect"],
            target=found["target"],
            value=value,
        )

    def asked(self) -> dict[str, Any]:
        """Tell what was asked for, for the record of attempts."""
        return {self.key: self.value or None}

    def carry_out(self, store: Store, **options: Any) -> Written:
        """Do it; raises GitcfgError where it is refused, as when the key changed since."""
        if self.verb == UNDO:
            return store.revert(self.expect, **options)
        if self.expect:
            options["expect"] = 0 if self.expect == "0" else self.expect
        if self.verb == SET:
            return store.set(self.key, self.value, **options)
        if self.verb == ROLLBACK:
            return store.rollback(self.key, to=self.target or None, **options)
        if self.verb == RESET:
            return store.reset(self.key, **options)
        return store.unset(self.key, **options)
