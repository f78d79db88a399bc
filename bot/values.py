"""Values and revisions as words."""

from __future__ import annotations

import json
from typing import Any

from bot import cutting

_REVISION = 7


def shown(value: Any) -> str:
    """Write a value in one line: plain text bare, everything else as JSON."""
    if isinstance(value, str) and value and value == value.strip():
        return value
    return json.dumps(value, ensure_ascii=False)


def code(value: Any, limit: int) -> str:
    """Write a value as inline code."""
    return cutting.code(shown(value), limit)


def short(revision: str | None) -> str:
    """Abbreviate a revision as git does."""
    return (revision or "none")[:_REVISION]
