"""Runs the YAML reader on inputs that grow towards code not seen yet; outside CI, for minutes."""
