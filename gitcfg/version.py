"""Which gitcfg this is."""

from __future__ import annotations

__version__ = "0.1.0"

CLIENT = f"gitcfg/{__version__.rpartition('.')[0]}"
"""How commits name the program that made them."""
