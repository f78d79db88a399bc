"""The `bot` command: the one place that knows argv, the environment, the clock and stdout."""
