"""Loaded by every Python process that a test starts: the fence holds there too."""

import guard
import led

_fence = guard.from_environment()
if _fence is not None:
    guard.install(_fence)
led.from_environment()
