"""Later answers by an interaction's token, and the webhooks of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopback import answers, messages
from loopback.answers import Answer, Call
from loopback.place import AUTOCOMPLETE, LIFETIME, Interaction, Place, Webhook
from loopback.world import User

if TYPE_CHECKING:
    from loopback.messages import Message


def execute(place: Place, call: Call) -> Answer:
    """Post by a webhook: a follow-up to an interaction, or a message in a channel."""
    interaction = _interaction(place, call)
    if interaction is None:
        return _post(place, call, _webhook(place, call))
    messages.judged(call, call.body)
    original = interaction.original
    if original is not None and original.loading and original is not interaction.source:
        return _replace(place, call, interaction, original)
    flags = int(call.body.get("flags") or 0)
    made = place.message(
        interaction.channel_id,
        flags=flags,
        webhook_id=place.application_id,
        metadata=interaction.metadata,
    )
    interaction.followups.append(place.post(made, call, call.body))
    interaction.wake()
    return Answer(200, messages.payload(made))


def look_original(place: Place, call: Call) -> Answer:
    """Show the first answer."""
    return Answer(200, messages.payload(_original(place, call)[1]))


def edit_original(place: Place, call: Call) -> Answer:
    """Edit the first answer."""
    return _replace(place, call, *_original(place, call))


def delete_original(place: Place, call: Call) -> Answer:
    """Delete the first answer."""
    return _delete(*_original(place, call))


def look(place: Place, call: Call) -> Answer:
    """Show a follow-up or a webhook's message."""
    return Answer(200, messages.payload(_posted(place, call)[1]))


def edit(place: Place, call: Call) -> Answer:
    """Edit a follow-up or a webhook's message."""
    return _replace(place, call, *_posted(place, call))


def delete(place: Place, call: Call) -> Answer:
    """Delete a follow-up or a webhook's message."""
    return _delete(*_posted(place, call))


def show_webhook(place: Place, call: Call) -> Answer:
    """Show a webhook to whoever has its token."""
    hook = _webhook(place, call)
    return Answer(200, _shape(hook))


def _interaction(place: Place, call: Call) -> Interaction | None:
    if call.number("webhook_id") != place.application_id:
        return None
    interaction = place.interactions.get(call.parameters["webhook_token"])
    if interaction is None:
        raise answers.expired()
    if place.age(interaction) > LIFETIME:
        raise answers.expired()
    if interaction.callback is None or interaction.kind == AUTOCOMPLETE:
        raise answers.unknown("Webhook", 10015)
    return interaction


def _original(place: Place, call: Call) -> tuple[Interaction, Message]:
    interaction = _interaction(place, call)
    if interaction is None:
        raise answers.unknown("Message", 10008)
    if interaction.original is None or interaction.original.deleted:
        raise answers.unknown("Message", 10008)
    return interaction, interaction.original


def _posted(place: Place, call: Call) -> tuple[Interaction | None, Message]:
    interaction = _interaction(place, call)
    message = place.messages.get(call.number("message_id"))
    if interaction is None:
        hook = _webhook(place, call)
        own = message is not None and message.webhook_id == hook.id
    else:
        own = message is interaction.original or message in interaction.followups
    if message is None or message.deleted or not own:
        raise answers.unknown("Message", 10008)
    return interaction, message


def _replace(place: Place, call: Call, interaction: Interaction | None, message: Message) -> Answer:
    messages.judged(call, call.body, old=message)
    message.show(call.body, place.attach(call.files))
    message.touch(place.clock.now())
    if interaction is not None:
        interaction.wake()
    return Answer(200, messages.payload(message))


def _delete(interaction: Interaction | None, message: Message) -> Answer:
    message.deleted = True
    message.wake()
    if interaction is not None:
        interaction.wake()
    return Answer(204)


def _webhook(place: Place, call: Call) -> Webhook:
    hook = place.webhooks.get(call.number("webhook_id"))
    if hook is None:
        raise answers.unknown("Webhook", 10015)
    if hook.token != call.parameters["webhook_token"]:
        raise answers.RefusedError(401, 50027, "Invalid Webhook Token")
    return hook


def _post(place: Place, call: Call, hook: Webhook) -> Answer:
    messages.judged(call, call.body)
    author = User(hook.id, call.body.get("username") or hook.name, bot=True)
    made = place.message(hook.channel.id, author=author, webhook_id=hook.id)
    place.post(made, call, call.body)
    return Answer(200, messages.payload(made)) if call.flag("wait") else Answer(204)


def _shape(hook: Webhook) -> dict[str, Any]:
    return {
        "id": str(hook.id),
        "type": 1,
        "application_id": None,
        "avatar": None,
        "channel_id": str(hook.channel.id),
        "guild_id": str(hook.channel.guild_id),
        "name": hook.name,
        "token": hook.token,
        "url": f"https://discord.com/api/webhooks/{hook.id}/{hook.token}",
    }
