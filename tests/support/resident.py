"""A process that has imported the exporter and forks for each call: real daemons, cheap to start.

It reads orders as lines of JSON and answers each with one. Leases are so short as its first word
says, and ticks too, so that a test need not wait half a minute for one to run out.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta
from typing import Any

from exporter import leases

leases.LENGTH = timedelta(seconds=float(sys.argv[1]))

# All that a daemon needs is loaded before it is forked, and takes the length from there.
import psycopg  # noqa: E402, F401

import exporter.cli.export_now  # noqa: E402
import exporter.cli.run  # noqa: E402, F401
from exporter.bell import Bell  # noqa: E402
from exporter.cli.entry import main  # noqa: E402

Bell.__init__.__defaults__ = (0.1,)


def start(order: dict[str, Any]) -> int:
    """Fork, and be `exporter WORDS…` there; return the new process's number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.environ.update(order["env"])
        os.chdir(order["folder"])
        told = os.open(order["told"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (told, 1), (told, 2)):
            os.dup2(source, target)
        code = main(order["words"])
    except BaseException:  # noqa: BLE001 - the child must never go on as the parent
        code = 99
    os._exit(code)


def wait(pid: int, *, patiently: bool) -> int | None:
    """Tell how a process ended, as `subprocess` would; None: it has not."""
    found, status = os.waitpid(pid, 0 if patiently else os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def answer_with(fact: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def serve() -> None:
    """Answer orders until nobody gives any; then end whoever is left."""
    living: set[int] = set()
    answer_with("ready")
    for line in sys.stdin:
        order = json.loads(line)
        answer: int | None
        if "words" in order:
            answer = start(order)
            living.add(answer)
        else:
            answer = wait(order["pid"], patiently=order["patiently"])
            if answer is not None:
                living.discard(order["pid"])
        answer_with(answer)
    for pid in living:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    serve()
