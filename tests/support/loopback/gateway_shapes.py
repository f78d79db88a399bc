"""What may go over the gateway, either way; the description says nothing of it but its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopback.description import URI, complaints

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from loopback.description import Description

_ID = {"type": "string", "pattern": "^[0-9]{17,20}$"}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}


def _part(name: str) -> dict[str, Any]:
    return {"$ref": f"{URI}#/components/schemas/{name}"}


def _exactly(properties: dict[str, Any], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


_IDENTIFY = _exactly(
    {
        "token": _TEXT,
        "properties": {"type": "object", "required": ["os", "browser", "device"]},
        "compress": {"type": "boolean"},
        "large_threshold": {"type": "integer", "minimum": 50, "maximum": 250},
        "shard": {"type": "array", "items": _COUNT, "minItems": 2, "maxItems": 2},
        "presence": {"type": "object"},
        "intents": _COUNT,
    },
    optional=("compress", "large_threshold", "shard", "presence"),
)
_SENT = {
    1: {"type": ["integer", "null"]},
    2: _IDENTIFY,
    3: {"type": "object"},
    6: _exactly({"token": _TEXT, "session_id": {"type": ["string", "null"]}, "seq": True}),
}

_OPTIONS: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1, "maxLength": 32},
            "type": {"type": "integer", "minimum": 1, "maximum": 11},
            "value": {"type": ["string", "integer", "number", "boolean"]},
            "options": {"$ref": "#/$defs/options"},
            "focused": {"const": True},
        },
        "required": ["name", "type"],
        "additionalProperties": False,
    },
}
_COMMAND = _exactly(
    {
        "id": _ID,
        "name": _TEXT,
        "type": {"const": 1},
        "guild_id": _ID,
        "options": {"$ref": "#/$defs/options"},
    },
    optional=("guild_id", "options"),
)
_CLICK = _exactly({"custom_id": _TEXT, "component_type": {"const": 2}, "id": _COUNT})
_FILLED = _exactly({"type": {"const": 4}, "id": _COUNT, "custom_id": _TEXT, "value": _TEXT})
_SUBMITTED = {
    "anyOf": [
        _exactly(
            {"type": {"const": 1}, "id": _COUNT, "components": {"type": "array", "items": _FILLED}}
        ),
        _exactly({"type": {"const": 18}, "id": _COUNT, "component": _FILLED}),
    ]
}
_SUBMIT = _exactly({"custom_id": _TEXT, "components": {"type": "array", "items": _SUBMITTED}})
_DATA = {2: _COMMAND, 3: _CLICK, 4: _COMMAND, 5: _SUBMIT}

_INTERACTION = _exactly(
    {
        "id": _ID,
        "application_id": _ID,
        "type": {"enum": [2, 3, 4, 5]},
        "data": True,
        "guild_id": _ID,
        "guild": _exactly({"id": _ID, "locale": _TEXT, "features": {"type": "array"}}),
        "channel_id": _ID,
        "channel": {"type": "object"},
        "member": {"type": "object"},
        "user": _part("UserResponse"),
        "message": _part("MessageResponse"),
        "token": {"type": "string", "minLength": 60},
        "version": {"const": 1},
        "app_permissions": {"type": "string", "pattern": "^[0-9]+$"},
        "locale": _part("AvailableLocalesEnum"),
        "guild_locale": _part("AvailableLocalesEnum"),
        "entitlements": {"type": "array"},
        "authorizing_integration_owners": {"type": "object"},
        "context": {"enum": [0, 1]},
        "attachment_size_limit": _COUNT,
    },
    optional=("guild_id", "guild", "guild_locale", "member", "user", "message"),
)
_READY = _exactly(
    {
        "v": {"const": 10},
        "user": _part("UserPIIResponse"),
        "guilds": {
            "type": "array",
            "items": _exactly({"id": _ID, "unavailable": {"const": True}}),
        },
        "session_id": _TEXT,
        "session_type": _TEXT,
        "resume_gateway_url": {"type": "string", "pattern": r"^wss://[a-z0-9.-]+\.discord\.gg$"},
        "application": _exactly({"id": _ID, "flags": _COUNT}),
    }
)
_GUILD_ONLY = (
    "joined_at",
    "large",
    "unavailable",
    "member_count",
    "members",
    "channels",
    "threads",
    "presences",
    "voice_states",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
)


class GatewayShapes:
    """Judges payloads by direction; complaints are sentences, empty where all is well."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._sent = {op: self._compile(schema) for op, schema in _SENT.items()}
        self._data = {kind: self._compile(schema) for kind, schema in _DATA.items()}
        self._interaction = self._compile(_INTERACTION)
        self._ready = self._compile(_READY)

    def sent(self, op: Any, data: Any) -> list[str]:
        """Judge what the bot sent."""
        if op not in self._sent:
            return [f"op {op} is none that this bot has to send"]
        return [f"op {op}: {words}" for words in complaints(self._sent[op], data)]

    def event(self, name: str, data: Any) -> list[str]:
        """Judge what we are about to send."""
        judges = {
            "READY": lambda: complaints(self._ready, data),
            "GUILD_CREATE": lambda: self._guild(data),
            "INTERACTION_CREATE": lambda: self._interactions(data),
        }
        return [f"{name}: {words}" for words in judges[name]()] if name in judges else []

    def _compile(self, schema: dict[str, Any]) -> Validator:
        return self._description.validator({**schema, "$defs": {"options": _OPTIONS}})

    def _guild(self, data: dict[str, Any]) -> list[str]:
        judge = self._description.component
        missing = [f"{name} is missing" for name in _GUILD_ONLY if name not in data]
        rest = {key: one for key, one in data.items() if key not in _GUILD_ONLY}
        members = [words for one in data["members"] for words in judge("GuildMemberResponse", one)]
        of_channels = [
            words for one in data["channels"] for words in judge("GuildChannelResponse", one)
        ]
        return [*missing, *judge("GuildResponse", rest), *members, *of_channels]

    def _interactions(self, data: dict[str, Any]) -> list[str]:
        found = [*complaints(self._interaction, data)]
        found += complaints(self._data[data["type"]], data["data"])
        judge = self._description.component
        channel = {key: one for key, one in data["channel"].items() if key != "permissions"}
        kind = "GuildChannelResponse" if "guild_id" in data else "PrivateChannelResponse"
        found += judge(kind, channel)
        if "member" in data:
            member = {key: one for key, one in data["member"].items() if key != "permissions"}
            found += judge("GuildMemberResponse", member)
        if ("member" in data) == ("user" in data):
            found.append("a member in a guild, a user in a direct message")
        return found
