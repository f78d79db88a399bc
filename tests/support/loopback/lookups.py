"""What a bot may look up: itself, guilds, roles, members, channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopback import answers, shapes
from loopback.answers import Answer, Call
from loopback.world import Permission

if TYPE_CHECKING:
    from loopback.place import Place
    from loopback.world import Guild, Member

GATEWAY = "wss://gateway.discord.gg"


def own_user(place: Place, _: Call) -> Answer:
    """Show the bot's own user."""
    return Answer(200, shapes.own_user(place.own))


def application(place: Place, _: Call) -> Answer:
    """Show the bot's application."""
    return Answer(200, shapes.application(place.application_id, place.own, place.owner))


def gateway(_: Place, __: Call) -> Answer:
    """Tell where the gateway is."""
    return Answer(200, {"url": GATEWAY})


def gateway_bot(_: Place, __: Call) -> Answer:
    """Tell where the gateway is, and how often a bot may come in."""
    limit = {"max_concurrency": 1, "remaining": 999, "reset_after": 14_400_000, "total": 1000}
    return Answer(200, {"url": GATEWAY, "shards": 1, "session_start_limit": limit})


def own_guilds(place: Place, _: Call) -> Answer:
    """List the guilds that the bot is in."""
    return Answer(200, [_own_guild(one, place) for one in place.guilds.values()])


def guild(place: Place, call: Call) -> Answer:
    """Show a guild."""
    found = _guild(place, call)
    counts: dict[str, Any] = {}
    if call.flag("with_counts"):
        counts = {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return Answer(200, {**shapes.guild(found), **counts})


def roles(place: Place, call: Call) -> Answer:
    """List a guild's roles."""
    return Answer(200, shapes.guild(_guild(place, call))["roles"])


def role(place: Place, call: Call) -> Answer:
    """Show one role."""
    found = _guild(place, call).roles.get(call.number("role_id"))
    if found is None:
        raise answers.unknown("Role", 10011)
    return Answer(200, shapes.role(found))


def member(place: Place, call: Call) -> Answer:
    """Show one member."""
    found = _guild(place, call).members.get(call.number("user_id"))
    if found is None:
        raise answers.unknown("Member", 10007)
    return Answer(200, shapes.member(found))


def channels(place: Place, call: Call) -> Answer:
    """List a guild's channels."""
    every = _guild(place, call).channels.values()
    return Answer(200, [shapes.channel(one, at) for at, one in enumerate(every)])


def channel(place: Place, call: Call) -> Answer:
    """Show a channel that the bot sees."""
    found = place.find_channel(call.number("channel_id"))
    if found is None:
        raise answers.unknown("Channel", 10003)
    own = own_member(place, place.guilds[found.guild_id])
    if not own.permissions(found) & Permission.VIEW_CHANNEL:
        raise answers.no_access()
    return Answer(200, shapes.channel(found))


def own_member(place: Place, of: Guild) -> Member:
    """Find the bot among the members of a guild."""
    return of.members[place.own.id]


def _guild(place: Place, call: Call) -> Guild:
    found = place.guilds.get(call.number("guild_id"))
    if found is None or place.own.id not in found.members:
        raise answers.unknown("Guild", 10004)
    return found


def _own_guild(one: Guild, place: Place) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": shapes.permissions(own_member(place, one).permissions()),
        "features": [],
    }
