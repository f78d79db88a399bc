"""The tables of the index of versions, and where they lie."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 4
SCHEMA = """
CREATE TABLE lines (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, tip BLOB,
    boundary TEXT NOT NULL, position INTEGER NOT NULL);
CREATE TABLE commits (line INTEGER, position INTEGER, revision BLOB, committed INTEGER,
    PRIMARY KEY (line, position)) WITHOUT ROWID;
CREATE UNIQUE INDEX commits_revision ON commits (line, revision);
CREATE TABLE versions (line INTEGER, key TEXT, version INTEGER, position INTEGER, value TEXT,
    PRIMARY KEY (line, key, version)) WITHOUT ROWID;
CREATE INDEX versions_position ON versions (line, position);
CREATE TABLE facts (line INTEGER, key TEXT, version INTEGER, facts TEXT,
    PRIMARY KEY (line, key, version)) WITHOUT ROWID;
CREATE TABLE held (line INTEGER, path TEXT, key TEXT, value TEXT, sure INTEGER,
    PRIMARY KEY (line, path, key)) WITHOUT ROWID;
CREATE INDEX held_key ON held (line, key);
CREATE TABLE links (line INTEGER, path TEXT, target TEXT, PRIMARY KEY (line, path)) WITHOUT ROWID;
CREATE TABLE notices (id INTEGER PRIMARY KEY AUTOINCREMENT, line INTEGER, words TEXT);
CREATE TABLE told (line INTEGER, teller TEXT, id INTEGER, PRIMARY KEY (line, teller));
"""
COUNTED = ("commits", "versions", "facts", "held", "links")
"""Tables that are counted anew when a line was rewritten."""

NAME = "index.sqlite3"


def place(common_dir: Path) -> Path:
    """Say where the index of a repository lies; linked work trees share it."""
    folder = common_dir / "gitcfg"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return folder / NAME
