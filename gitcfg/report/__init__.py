"""What gitcfg tells, as text for people and as plain data for programs; pure, nothing is printed.

`plain` has the shapes of `--json`; every other module renders one subject as text for a `Screen`.
"""
