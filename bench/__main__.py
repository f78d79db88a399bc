"""Run the benchmarks: `python -m bench [--rounds N] [NAME]…`, or `make bench`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from rich.console import Console

from bench import start, writing
from bench.harness import measure
from bench.table import table

SUBJECTS = {"start": start, "writing": writing}


def main() -> None:
    """Measure the subjects that were named, or all, and print a table for each."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure gitcfg beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SUBJECTS))
    parser.add_argument("--rounds", type=int, default=40, help="runs of each candidate (40)")
    options = parser.parse_args()
    if unknown := set(options.names) - SUBJECTS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    console = Console()
    with tempfile.TemporaryDirectory(prefix="gitcfg-bench-") as folder:
        for name in options.names or SUBJECTS:
            subject = SUBJECTS[name]
            found = measure(subject.candidates(Path(folder) / name), rounds=options.rounds)
            console.print(table(f"{subject.TITLE} ({options.rounds} rounds)", found))


if __name__ == "__main__":
    main()
