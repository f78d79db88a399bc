"""What the discovery document says about a request: which method it is, and what is wrong."""

from __future__ import annotations

import json
import re
from typing import Any

from googleapiclient import discovery_cache

DOCUMENT: dict[str, Any] = json.loads(str(discovery_cache.get_static_doc("drive", "v3")))
_METHODS: dict[str, dict[str, Any]] = DOCUMENT["resources"]["files"]["methods"]
_BASE = "/" + DOCUMENT["servicePath"]
_PYTHON = {"string": str, "boolean": bool, "array": list, "object": dict, "integer": int}


def find(verb: str, path: str) -> tuple[str, dict[str, str]] | None:
    """Find the method of a path and its path parameters; uploads count as their method."""
    for name, method in _METHODS.items():
        for template in _paths(method):
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            found = re.fullmatch(pattern, path)
            if found and method["httpMethod"] == verb and not _clash(name, found.groupdict()):
                return f"files.{name}", found.groupdict()
    return None


def _paths(method: dict[str, Any]) -> list[str]:
    uploads = method.get("mediaUpload", {}).get("protocols", {})
    return [_BASE + method["path"], *(one["path"] for one in uploads.values())]


def _clash(name: str, parameters: dict[str, str]) -> bool:
    return name == "get" and parameters.get("fileId") == "generateIds"


def wrong_query(name: str, query: dict[str, str], path: dict[str, str]) -> list[str]:
    """Say which parameters there are not, or not so, or are missing."""
    known = {**DOCUMENT["parameters"], **_METHODS[name.removeprefix("files.")]["parameters"]}
    told = [f"{name}: there is no parameter {key}" for key in query if key not in known]
    for key, text in query.items():
        kind = known.get(key, {}).get("type")
        if kind == "boolean" and text not in ("true", "false"):
            told.append(f"{name}: {key}={text} is no boolean")
        if kind == "integer" and not text.isdigit():
            told.append(f"{name}: {key}={text} is no integer")
        if "enum" in known.get(key, {}) and text not in known[key]["enum"]:
            told.append(f"{name}: {key}={text} is none of {known[key]['enum']}")
    return told + [
        f"{name}: {key} is missing"
        for key, one in known.items()
        if one.get("required") and key not in {**query, **path}
    ]


def wrong_body(name: str, body: Any, schema: str = "File") -> list[str]:
    """Say what of a body the schema does not know, or knows otherwise."""
    if not isinstance(body, dict):
        return [f"{name}: the body is no object"]
    properties = DOCUMENT["schemas"][schema]["properties"]
    told = []
    for key, value in body.items():
        if key not in properties:
            told.append(f"{name}: {schema} has no {key}")
        elif not isinstance(value, _PYTHON.get(properties[key].get("type", "object"), object)):
            told.append(f"{name}: {key} is no {properties[key].get('type')}")
    for key, value in body.get("appProperties", {}).items():
        if len(key.encode()) + len(str(value).encode()) > 124:
            told.append(f"{name}: appProperties {key} is over 124 bytes")
    return told
