"""What a person typed behind a command, checked as Discord's own client checks it; pure."""

from __future__ import annotations

from typing import Any

from loopback.command_rules import GROUP, INTEGER, NUMBER, STRING, SUBCOMMAND

BOOLEAN = 5


class PlayerError(AssertionError):
    """The real client would not send this."""


def find(commands: list[dict[str, Any]], path: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Find a registered command and the chain of subcommands of `"group set"`, outermost first."""
    words = path.split()
    command = next((one for one in commands if one["name"] == words[0]), None)
    if command is None:
        raise PlayerError(f"no command /{words[0]}: {[one['name'] for one in commands]}")
    chain: list[dict[str, Any]] = []
    node = command
    for word in words[1:]:
        inner = [one for one in node.get("options") or () if one["type"] in {SUBCOMMAND, GROUP}]
        found = next((one for one in inner if one["name"] == word), None)
        if found is None:
            raise PlayerError(f"no /{path}: there is {[one['name'] for one in inner]}")
        chain.append(found)
        node = found
    return command, chain


def options(node: dict[str, Any], given: dict[str, Any]) -> list[dict[str, Any]]:
    """Check given values against a command's options."""
    known = _known(node)
    if unknown := [*{*given} - {*known}]:
        raise PlayerError(f"no option {unknown[0]}: there is {[*known]}")
    missing = [name for name, one in known.items() if one.get("required") and name not in given]
    if missing:
        raise PlayerError(f"option {missing[0]} is required")
    return [_option(known[name], value) for name, value in given.items()]


def focused(
    node: dict[str, Any], name: str, typed: str, given: dict[str, Any]
) -> list[dict[str, Any]]:
    """Write what stands there while somebody types into one option."""
    known = _known(node)
    if not known.get(name, {}).get("autocomplete"):
        raise PlayerError(f"option {name} does not complete")
    others = [
        {"name": other, "type": known[other]["type"], "value": value}
        for other, value in given.items()
    ]
    focus = {"name": name, "type": known[name]["type"], "value": typed, "focused": True}
    return [*others, focus]


def _known(node: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in node.get("options") or ()}


def nested(chain: list[dict[str, Any]], inner: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wrap options into their subcommands."""
    for node in reversed(chain):
        inner = [{"name": node["name"], "type": node["type"], "options": inner}]
    return inner


def _option(option: dict[str, Any], value: Any) -> dict[str, Any]:
    name, kind = option["name"], option["type"]
    wanted: dict[int, tuple[type, ...]] = {
        STRING: (str,),
        INTEGER: (int,),
        NUMBER: (int, float),
        BOOLEAN: (bool,),
    }
    if not isinstance(value, wanted[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise PlayerError(f"option {name} takes no {value!r}")
    choices = [one["value"] for one in option.get("choices") or ()]
    if choices and value not in choices:
        raise PlayerError(f"option {name} takes one of {choices}, not {value!r}")
    size: Any = len(str(value)) if kind == STRING else value
    suffix = "length" if kind == STRING else "value"
    least, most = option.get(f"min_{suffix}"), option.get(f"max_{suffix}")
    if (least is not None and size < least) or (most is not None and size > most):
        raise PlayerError(f"option {name}: {value!r} is not between {least} and {most}")
    if kind == STRING and not (1 if option.get("required") else 0) <= size <= 6000:
        raise PlayerError(f"option {name}: {size} characters")
    return {"name": name, "type": kind, "value": value}
