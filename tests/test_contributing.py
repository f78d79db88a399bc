"""The examples in CONTRIBUTING.md work as they stand there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import gitcfg

PAGE = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Take the code blocks of one language from the page."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def plant(repo: Path) -> None:
    """Add the example's property, with its annotations, to the export schema."""
    path = repo / "schemas/export.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    added, annotations = (json.loads(f"{{{block}}}") for block in blocks("json"))
    schema["properties"] |= {key: {**each, **annotations} for key, each in added.items()}
    path.write_text(json.dumps(schema), encoding="utf-8")


def test_new_property_is_all_it_takes(team_repo: Path, git: Any) -> None:
    """A key added to a schema has its default, and reads text by its type."""
    plant(team_repo)
    git.commit(team_repo, "Add a setting")
    store = gitcfg.open(team_repo)
    before = store.get("NIGHTLY_REPORT")
    written = store.set("NIGHTLY_REPORT", "true", reason="Try it")
    told = [each.message for each in written.warnings]
    assert (before, store.get("NIGHTLY_REPORT"), told) == (
        False,
        True,
        ["Adds a minute to each run"],
    )


def test_rule_of_the_example() -> None:
    """The example's rule finds its problem, and copes with missing keys."""
    space: dict[str, Any] = {}
    exec(blocks("python")[0], space)  # noqa: S102 - the page is ours
    found = list(space["check"].check({"IMMEDIATE_EXPORT_BUFFER": 0, "MAX_BATCH_SIZE": 5}))
    assert ([each.key for each in found], list(space["check"].check({}))) == (
        ["MAX_BATCH_SIZE"],
        [],
    )
