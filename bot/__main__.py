"""Start the `bot` command: `bot …` or `python -m bot …`."""

from __future__ import annotations

import sys

from bot.cli.entry import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
