"""Start the `exporter` command: `exporter …` or `python -m exporter …`."""

from __future__ import annotations

import sys

from exporter.cli.entry import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
