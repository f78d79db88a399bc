"""Check a whole tree: 20,000 keys in 2,000 files, each with a schema of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.ground import COMMAND, edit, git, run
from bench.harness import Candidate, Missing
from bench.reach import at_most
from bench.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.harness import Entry
    from bench.subject import Place

FILES, KEYS = 2000, 10
AJV = "ajv-cli"
PEER = "check-jsonschema"
START = "python -c pass"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def entries(at: Place) -> list[Entry]:
    """Compare whole processes; the peers have one schema for all files, with patterns for keys."""
    repo = tree(at.folder, at.scaled(FILES))
    one = at.folder / "peers.schema.json"
    one.write_text(json.dumps(for_peers()), encoding="utf-8")
    command = Path(sys.executable).with_name(PEER)
    files = sorted((repo / "config").iterdir())
    theirs = Candidate(PEER, partial(run, command, "--schemafile", one, *files, folder=repo))
    first = Candidate(
        "gitcfg validate, the first time",
        partial(run, COMMAND, "validate", folder=repo),
        prepare=partial(forget, repo),
        reach=(at_most(0.8, beside=AJV), at_most(0.15, beside=PEER)),
    )
    return [theirs, ajv(one, repo, at), first]


def again(at: Place) -> list[Entry]:
    """Compare a check of what was checked before with the least that Python can do."""
    repo = tree(at.folder, at.scaled(FILES))
    edited = at.folder / "edited"
    shutil.copytree(repo, edited)
    values = count()
    for place in (repo, edited):
        run(COMMAND, "validate", folder=place)
    return [
        Candidate(START, partial(run, sys.executable, "-c", "pass", folder=repo)),
        Candidate(
            "gitcfg validate, seen before",
            partial(run, COMMAND, "validate", folder=repo),
            reach=(at_most(3, beside=START),),
        ),
        Candidate(
            "gitcfg validate, one file edited",
            partial(run, COMMAND, "validate", folder=edited),
            prepare=lambda: edit(edited / "config/f0000.yaml", "F0000_KEY_0", next(values) % 1000),
        ),
    ]


def ajv(schema: Path, repo: Path, at: Place) -> Entry:
    """Find ajv-cli, or install it where it is kept; the row says why where neither can be."""
    place = at.kept / "ajv"
    command = place / "node_modules/.bin/ajv"
    if not command.exists():
        npm = shutil.which("npm")
        if npm is None or at.scale < 1:
            return Missing(AJV, "install node and npm")
        place.mkdir(exist_ok=True)
        try:
            run(npm, "install", "--silent", "--no-audit", "--no-fund", "ajv-cli@5", folder=place)
        except (OSError, subprocess.CalledProcessError):
            return Missing(AJV, "run `make bench` where npm reaches its registry")
    options = ("validate", "--spec=draft2020", "-s", schema, "-d", "config/*.yaml")
    return Candidate(AJV, partial(run, command, *options, folder=repo))


def tree(place: Path, files: int) -> Path:
    """Make a repository of files with ten keys of five kinds, and a schema beside each."""
    repo = place / "repo"
    for folder in ("config", "schemas"):
        (repo / folder).mkdir(parents=True)
    for number in range(files):
        properties = dict(declared(number))
        lines = [f"{key}: {json.dumps(one['examples'][0])}" for key, one in properties.items()]
        schema = {"$schema": DIALECT, "title": f"File {number}", "type": "object"}
        written = json.dumps(schema | {"properties": properties}, indent=2)
        (repo / f"config/f{number:04}.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")
        (repo / f"schemas/f{number:04}.schema.json").write_text(written + "\n", encoding="utf-8")
    (repo / ".gitattributes").write_text("config/** -text -filter\nschemas/** -text -filter\n")
    git(repo, "init", "--quiet", "--initial-branch=main")
    git(repo, "add", "--all")
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.com")
    git(repo, *who, "commit", "--quiet", "--message", "Begin")
    return repo


def declared(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the keys of one file as its schema declares them."""
    for index in range(KEYS):
        words = {"title": f"Key {index}", "description": f"What key {index} of {number} is for"}
        yield f"F{number:04}_KEY_{index}", words | KINDS[index % len(KINDS)]


KINDS: list[dict[str, Any]] = [
    {"type": "integer", "minimum": 0, "maximum": 1000, "default": 30, "examples": [60, 120]},
    {"type": "number", "minimum": 0, "maximum": 1, "default": 0.5, "examples": [0.25]},
    {"type": "boolean", "default": False, "examples": [True]},
    {"type": "string", "minLength": 1, "maxLength": 200, "default": "x", "examples": ["a text"]},
    {"type": "string", "enum": ["red", "green"], "default": "red", "examples": ["green"]},
]


def for_peers() -> dict[str, Any]:
    """Say the same of all files in one schema."""
    kinds = {
        f"_KEY_[{index}{index + len(KINDS)}]$": {
            word: one for word, one in kind.items() if word not in ("default", "examples")
        }
        for index, kind in enumerate(KINDS)
    }
    return {
        "$schema": DIALECT,
        "type": "object",
        "patternProperties": kinds,
        "additionalProperties": False,
    }


def forget(repo: Path) -> None:
    """Drop all that was derived, as before the first check."""
    shutil.rmtree(repo / ".git/gitcfg", ignore_errors=True)


SUBJECTS = (
    Subject("validate", "Check 20,000 keys, 2,000 schemas", entries, rounds=10),
    Subject("validate-again", "Check them again", again, rounds=20),
)
