"""YAML 1.2 as PyYAML reads it when it is told the core schema: a second opinion on values.

Source: YAML 1.2.2, section 10.3.2.
"""

from __future__ import annotations

import re
from typing import Any

import yaml


class Core(yaml.CSafeLoader):
    """PyYAML's loader, with the scalars of the core schema and no others."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - as PyYAML declares it


def _int(loader: Core, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node)
    return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))


def _float(loader: Core, node: yaml.ScalarNode) -> float:
    text = loader.construct_scalar(node)
    special = re.fullmatch(r"([-+]?)\.(inf|nan)", text.lower())
    return float(special[1] + special[2] if special else text)


_TAGS = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
}
for _name, _pattern in _TAGS.items():
    Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(rf"\A(?:{_pattern})\Z"), None
    )
Core.add_constructor("tag:yaml.org,2002:int", _int)
Core.add_constructor("tag:yaml.org,2002:float", _float)


def read(text: str) -> Any:
    """Read a text; raises yaml.YAMLError, ValueError, RecursionError or TypeError."""
    return yaml.load(text, Loader=Core)  # noqa: S506 - a safe loader with other scalars
