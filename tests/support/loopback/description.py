"""Discord's official description of its HTTP API, as the hard check of every body.

The description leaves unknown keys open. Here it is closed: a key that it does not name is wrong,
save the few that discord.py always adds. It is read and compiled once in a process.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jsonschema.protocols import Validator

URI = "urn:discord"
"""Where our own schemas find the description: `urn:discord#/components/schemas/X`."""

_LIBRARY_KEYS = {
    "ApplicationCommandUpdateRequest": {"nsfw": {"type": "boolean"}},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": {"const": False}},
    "IncomingWebhookUpdateRequestPartial": {"tts": {"const": False}},
    "RichEmbed": {"flags": {"type": "integer"}},
}
"""What discord.py sends although the description does not name it."""

_checker = FormatChecker(formats=())


@_checker.checks("date-time", raises=ValueError)
def _is_date_time(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@_checker.checks("uri", raises=ValueError)
def _is_uri(text: object) -> bool:
    return not isinstance(text, str) or bool(urlsplit(text).scheme)


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path of the API; `path` has its parameters in braces."""

    method: str
    path: str
    pattern: re.Pattern[str]
    operation: dict[str, Any]

    @property
    def literal(self) -> int:
        """How much of the path is spelt out: of two that fit, the one with more is meant."""
        return len(re.sub(r"\{[^}]*\}", "", self.path))


class Description:
    """Judges bodies by route; `complaints` are sentences, empty where all is well."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._closed = _closed(document)
        schemas = self._closed["components"]["schemas"]
        for name, keys in _LIBRARY_KEYS.items():
            schemas[name]["properties"].update(keys)
        attachment = schemas["MessageAttachmentRequest"]["properties"]
        attachment["id"] = {"anyOf": [attachment["id"], {"type": "integer"}]}
        resource = Resource.from_contents(self._closed, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(URI, resource)
        self._validators: dict[str, Validator] = {}
        self.routes = tuple(_routes(self._closed))

    def route(self, method: str, path: str) -> Route | None:
        """Find the route of a request, None where the API has none."""
        found = [one for one in self.routes if one.method == method and one.pattern.match(path)]
        return max(found, key=lambda one: one.literal, default=None)

    def request(self, route: Route, body: Any) -> list[str]:
        """Judge a request's JSON body, also that of a multipart request."""
        content = route.operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            return [] if body is None else [f"{route.method} {route.path} takes no body"]
        return self.judge(_pointer(route, "requestBody/content/application~1json/schema"), body)

    def response(self, route: Route, status: int, body: Any) -> list[str]:
        """Judge the answer to a request."""
        responses = route.operation["responses"]
        if status == 429:
            return self.component("RatelimitedResponse", body)
        if str(status) not in responses:
            family = f"{status // 100}XX"
            known = family in responses or status >= 500
            return self.component("ErrorResponse", body) if known else [f"no answer {status}"]
        if "content" not in responses[str(status)]:
            return [] if body is None else [f"answer {status} has no body"]
        where = f"responses/{status}/content/application~1json/schema"
        return self.judge(_pointer(route, where), body)

    def component(self, name: str, body: Any) -> list[str]:
        """Judge by one of the description's named schemas."""
        return self.judge(f"/components/schemas/{name}", body)

    def schema(self, name: str) -> dict[str, Any]:
        """Give one of the description's named schemas."""
        found: dict[str, Any] = self._closed["components"]["schemas"][name]
        return found

    def judge(self, pointer: str, body: Any) -> list[str]:
        """Judge by the schema at a place of the description."""
        if pointer not in self._validators:
            self._validators[pointer] = self.validator({"$ref": f"{URI}#{pointer}"})
        return complaints(self._validators[pointer], body)

    def validator(self, schema: dict[str, Any]) -> Validator:
        """Make a validator whose references reach into the description."""
        return Draft202012Validator(schema, registry=self._registry, format_checker=_checker)


def complaints(validator: Validator, body: Any) -> list[str]:
    """Say what is wrong with a body, each the deepest cause of its kind."""
    return [_sentence(error) for error in validator.iter_errors(body)]


@functools.cache
def load(path: Path) -> Description:
    """Read the description, once in a process."""
    return Description(json.loads(path.read_text(encoding="utf-8")))


def _sentence(error: Any) -> str:
    while error.context:
        error = max(_meant(error.context), key=lambda one: len(one.absolute_path))
    place = "/".join(map(str, error.absolute_path)) or "body"
    return f"{place}: {error.message[:300]}"


def _meant(errors: list[Any]) -> list[Any]:
    """Of the branches of a union, keep the errors of those that a `type` did not rule out."""
    out = {
        one.schema_path[0]
        for one in errors
        if (one.path and one.path[-1] == "type" and one.validator == "enum")
        or one.schema == {"type": "null"}
    }
    return [one for one in errors if one.schema_path[0] not in out] or errors


def _pointer(route: Route, within: str) -> str:
    path = route.path.replace("~", "~0").replace("/", "~1")
    return f"/paths/{path}/{route.method.lower()}/{within}"


def _routes(document: dict[str, Any]) -> Iterable[Route]:
    for path, item in document["paths"].items():
        # A parameter may be part of a segment, and never spans two.
        parts = re.split(r"(\{[^}]*\})", path)
        pattern = "".join("[^/]+" if one.startswith("{") else re.escape(one) for one in parts)
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield Route(method.upper(), path, re.compile(pattern + r"\Z"), operation)


def _closed(schema: Any, *, within: str = "") -> Any:
    """Copy a schema so that its objects refuse what they do not name.

    The parts of an `allOf` each see the whole object, so those stay open.
    """
    if isinstance(schema, list):
        return [_closed(one, within=within) for one in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: _closed(value, within=key) for key, value in schema.items()}
    is_object = isinstance(copy.get("properties"), dict) and "additionalProperties" not in copy
    if is_object and within not in {"allOf", "Error", "properties"}:
        copy["additionalProperties"] = False
    return copy
