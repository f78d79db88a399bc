"""Messages that the bot posts in channels by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopback import answers, messages
from loopback.answers import Answer, Call
from loopback.lookups import own_member
from loopback.world import Permission

if TYPE_CHECKING:
    from loopback.messages import Message
    from loopback.place import Place
    from loopback.world import Channel

NONCE_LIFETIME = 5 * 60.0
"""Seconds for which a nonce is remembered: 'the past few minutes'."""


def create(place: Place, call: Call) -> Answer:
    """Post a message; a nonce that was seen lately gives back what it stands for."""
    channel = _writable(place, call)
    messages.judged(call, call.body)
    if (known := _repeated(place, channel, call.body)) is not None:
        return Answer(200, messages.payload(known))
    made = place.message(channel.id, nonce=call.body.get("nonce"))
    place.post(made, call, call.body)
    if call.body.get("enforce_nonce"):
        key = (channel.id, str(call.body["nonce"]))
        place.nonces[key] = (place.clock.monotonic(), made)
    return Answer(200, messages.payload(made))


def recent(place: Place, call: Call) -> Answer:
    """List the newest messages first, as the query narrows them down."""
    channel = _visible(place, call)
    if not _allowed(place, channel) & Permission.READ_MESSAGE_HISTORY:
        return Answer(200, [])
    found = [one for one in in_channel(place, channel.id) if not one.ephemeral]
    if before := call.query.get("before"):
        found = [one for one in found if one.id < int(before)]
    if after := call.query.get("after"):
        found = [one for one in found if one.id > int(after)]
        found = found[: int(call.query.get("limit", 50))]
    newest = found[::-1][: int(call.query.get("limit", 50))]
    return Answer(200, [messages.payload(one) for one in newest])


def look(place: Place, call: Call) -> Answer:
    """Show one message."""
    return Answer(200, messages.payload(_message(place, call)))


def edit(place: Place, call: Call) -> Answer:
    """Edit a message of the bot's own."""
    message = _message(place, call)
    if message.author.id != place.own.id:
        raise answers.RefusedError(
            403, 50005, "Cannot edit a message authored by another user", kind="body"
        )
    messages.judged(call, call.body, old=message)
    message.show(call.body, place.attach(call.files))
    message.touch(place.clock.now())
    return Answer(200, messages.payload(message))


def delete(place: Place, call: Call) -> Answer:
    """Delete a message."""
    message = _message(place, call)
    message.deleted = True
    message.wake()
    return Answer(204)


def in_channel(place: Place, channel_id: int) -> list[Message]:
    """List what a channel shows, oldest first."""
    every = [one for one in place.messages.values() if one.channel_id == channel_id]
    return [one for one in every if not one.deleted]


def _visible(place: Place, call: Call) -> Channel:
    channel = place.find_channel(call.number("channel_id"))
    if channel is None:
        raise answers.unknown("Channel", 10003)
    if not _allowed(place, channel) & Permission.VIEW_CHANNEL:
        raise answers.no_access()
    return channel


def _writable(place: Place, call: Call) -> Channel:
    channel = _visible(place, call)
    needed = Permission.SEND_MESSAGES
    if call.body.get("embeds"):
        needed |= Permission.EMBED_LINKS
    if call.files:
        needed |= Permission.ATTACH_FILES
    if needed & ~_allowed(place, channel):
        raise answers.no_permission()
    return channel


def _allowed(place: Place, channel: Channel) -> Permission:
    return own_member(place, place.guilds[channel.guild_id]).permissions(channel)


def _message(place: Place, call: Call) -> Message:
    channel = _visible(place, call)
    message = place.messages.get(call.number("message_id"))
    # Through a channel not even the bot itself sees what is ephemeral.
    if message is None or message.deleted or message.ephemeral or message.channel_id != channel.id:
        raise answers.unknown("Message", 10008)
    return message


def _repeated(place: Place, channel: Channel, body: dict[str, Any]) -> Message | None:
    if not body.get("enforce_nonce"):
        return None
    if body.get("nonce") is None:
        raise answers.invalid(["nonce: required where enforce_nonce is given"])
    seen = place.nonces.get((channel.id, str(body["nonce"])))
    fresh = seen is not None and place.clock.monotonic() - seen[0] < NONCE_LIFETIME
    return seen[1] if seen and fresh else None
