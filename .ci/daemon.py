"""Starts the exporter for `make run`, and the bot beside it where a token is given.

The exporter runs in this very process, so that a signal to the one is a signal to the other. Ending
it by Ctrl-C is no error that make should report.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED, TERMINATED = 130, 143
TOKEN = "DISCORD_TOKEN"  # noqa: S105 - a variable's name
PATIENCE = 20.0


def main() -> int:
    """Run the daemon with the sample entries; return its exit code, 0 for Ctrl-C."""
    try:
        # Ctrl-C may come before everything is imported.
        from exporter.__main__ import main as exporter  # noqa: PLC0415

        with bot_beside():
            code = exporter(["run", "--samples", *sys.argv[1:]])
    except KeyboardInterrupt:
        return 0
    return 0 if code == INTERRUPTED else code


@contextmanager
def bot_beside() -> Iterator[None]:
    """Run the bot until the end of the block, if it is asked for; the exporter needs it not."""
    if not has_token():
        yield
        return
    # The exporter takes this signal over; until then it must not leave the bot behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    with subprocess.Popen([sys.executable, "-m", "bot", "run"]) as bot:
        try:
            yield
        finally:
            bot.terminate()
            try:
                bot.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                bot.kill()


def has_token() -> bool:
    """Tell whether the environment or `.env` has a token for the bot."""
    from dotenv import dotenv_values  # noqa: PLC0415 - as above

    return bool(os.environ.get(TOKEN) or dotenv_values(".env", interpolate=False).get(TOKEN))


if __name__ == "__main__":
    sys.exit(main())
