"""Run the benchmarks: `python -m bench [--rounds N] [NAME]…`, or `make bench`."""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from bench.ground import kept
from bench.harness import Missing, measure
from bench.subject import Place
from bench.subjects import SUBJECTS
from bench.table import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.table import Table

    from bench.subject import Subject

WIDE = 160


def main() -> None:
    """Measure the subjects that were named, or all, and print a table for each."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure gitcfg beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SUBJECTS))
    parser.add_argument("--rounds", type=int, help="runs of each candidate, however long it takes")
    options = parser.parse_args()
    if unknown := set(options.names) - SUBJECTS.keys():
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    console = Console()
    if not console.is_terminal:
        console.width = WIDE  # so that no line of a table is folded
    chosen = [SUBJECTS[name] for name in options.names or SUBJECTS]
    columns = (TextColumn("{task.description}"), TimeElapsedColumn())
    # Without a thread that redraws: it would run beside what is measured.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False) as progress:
        task = progress.add_task("", total=None)
        for number, subject in enumerate(chosen, start=1):

            def tell(what: str, at: str = f"{number}/{len(chosen)} {subject.name}") -> None:
                progress.update(task, description=f"{at}: {what}", refresh=True)

            console.print(measured(subject, rounds=options.rounds, tell=tell))


def measured(subject: Subject, *, rounds: int | None, tell: Callable[[str], None]) -> Table:
    """Measure one subject, telling what is going on, and lay out its table."""

    def tell_round(number: int) -> None:
        upper = rounds or subject.rounds
        tell("warming up" if number < 0 else f"round {number + 1} of at most {upper}")

    tell("making ready")
    with tempfile.TemporaryDirectory(prefix="gitcfg-bench-") as folder, ExitStack() as ends:
        place = Place(Path(folder) / subject.name, kept(), ends)
        entries = subject.entries(place)
        found = measure(
            entries,
            rounds=rounds or subject.rounds,
            seconds=float("inf") if rounds else subject.seconds,
            warm_up=subject.warm_up,
            tell=tell_round,
        )
    missing = [each for each in entries if isinstance(each, Missing)]
    title = f"{subject.title} ({found[0].rounds} rounds)"
    return table(title, [*found, *missing], unit=subject.unit)


if __name__ == "__main__":
    main()
