"""The commands of a guild, as the bot registers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopback import answers, command_rules
from loopback.answers import Answer, Call

if TYPE_CHECKING:
    from loopback.place import Place

_ABSENT = ("name_localizations", "description_localizations")


def overwrite(place: Place, call: Call) -> Answer:
    """Take a guild's commands, all of them."""
    guild_id = _guild(place, call)
    given = call.body or []
    if complaints := command_rules.commands(given, locales(place)):
        raise answers.invalid(complaints)
    old = {one["name"]: one for one in place.commands.get(guild_id, [])}
    made = [_command(place, guild_id, one, old.get(one["name"])) for one in given]
    place.commands[guild_id] = made
    place.registrations[guild_id] += 1
    return Answer(200, made)


def listed(place: Place, call: Call) -> Answer:
    """List a guild's commands."""
    found = place.commands.get(_guild(place, call), [])
    if call.flag("with_localizations"):
        return Answer(200, found)
    return Answer(200, [_plain(one) for one in found])


def overwrite_everywhere(place: Place, call: Call) -> Answer:
    """Refuse commands in every guild: this bot's belong to one."""
    place.blame("scope", f"{len(call.body or [])} commands were registered in every guild")
    return Answer(200, [])


def listed_everywhere(_: Place, __: Call) -> Answer:
    """List the commands in every guild: none."""
    return Answer(200, [])


def permissions(place: Place, call: Call) -> Answer:
    """List what the guild's administrators allowed beyond the default: nothing."""
    _guild(place, call)
    return Answer(200, [])


def locales(place: Place) -> frozenset[str]:
    """Tell which languages Discord knows, from its description."""
    document = place.description.schema("AvailableLocalesEnum")
    return frozenset(one["const"] for one in document["oneOf"])


def _guild(place: Place, call: Call) -> int:
    guild_id = call.number("guild_id")
    if call.number("application_id") != place.application_id:
        raise answers.RefusedError(403, 20012, "You are not authorized to perform this action")
    if guild_id not in place.guilds:
        raise answers.no_access()
    return guild_id


def _command(
    place: Place, guild_id: int, given: dict[str, Any], old: dict[str, Any] | None
) -> dict[str, Any]:
    allowed = given.get("default_member_permissions")
    shaped = {
        "description": "",
        **_node(given),
        "id": old["id"] if old else str(place.clock.snowflake()),
        "application_id": str(place.application_id),
        "guild_id": str(guild_id),
        "type": given.get("type") or command_rules.CHAT_INPUT,
        "default_member_permissions": None if allowed is None else str(allowed),
        "nsfw": bool(given.get("nsfw")),
        "contexts": given.get("contexts"),
    }
    same = old is not None and {**old, "version": ""} == {**shaped, "version": ""}
    shaped["version"] = old["version"] if old and same else str(place.clock.snowflake())
    for key in ("handler", "integration_types", "dm_permission"):
        if shaped.get(key) is None:
            shaped.pop(key, None)
    return shaped


def _node(given: dict[str, Any]) -> dict[str, Any]:
    shaped = {key: one for key, one in given.items() if one is not None or key in _ABSENT}
    for key in ("options", "choices"):
        if key in shaped:
            shaped[key] = [_node(one) for one in shaped[key]]
    for key in ("required", "autocomplete"):
        if shaped.get(key) is False:
            del shaped[key]
    return shaped


def _plain(node: dict[str, Any]) -> dict[str, Any]:
    plain = {key: one for key, one in node.items() if key not in _ABSENT}
    for key in ("options", "choices"):
        if key in plain:
            plain[key] = [_plain(one) for one in plain[key]]
    return plain
