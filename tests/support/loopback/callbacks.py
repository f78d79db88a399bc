"""First answers to interactions: `POST /interactions/{id}/{token}/callback`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loopback import answers, messages, rules
from loopback.answers import Answer, Call
from loopback.messages import LOADING
from loopback.place import AUTOCOMPLETE, COMPONENT, MODAL_SUBMIT, Interaction, Place

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
CHOICE_TEXT = 100


def callback(place: Place, call: Call) -> Answer:
    """Take the first answer, if it is the first and in time."""
    interaction = _awaiting(place, call)
    kind = call.body["type"]
    if complaint := _out_of_place(interaction, kind):
        raise answers.invalid([complaint])
    _TAKERS[kind](place, interaction, call)
    interaction.callback = kind
    interaction.answered_after = place.age(interaction)
    interaction.answered.set()
    interaction.wake()
    if not call.flag("with_response"):
        return Answer(204)
    return Answer(200, _response(interaction, kind))


def _awaiting(place: Place, call: Call) -> Interaction:
    interaction = place.interactions.get(call.parameters["interaction_token"])
    if interaction is None or interaction.id != call.number("interaction_id"):
        raise answers.late()
    if interaction.callback is not None:
        raise answers.acknowledged()
    if place.age(interaction) > place.deadline:
        raise answers.late()
    return interaction


def _out_of_place(interaction: Interaction, kind: int) -> str | None:
    completing = interaction.kind == AUTOCOMPLETE
    if completing != (kind == CHOICES):
        return f"type: no answer of type {kind} to an interaction of type {interaction.kind}"
    on_message = interaction.kind == COMPONENT or interaction.source is not None
    if kind in {DEFERRED_UPDATE, UPDATE} and not on_message:
        return "type: there is no message to update"
    if kind == MODAL and interaction.kind == MODAL_SUBMIT:
        return "type: no modal after a modal"
    return None


def _message(place: Place, interaction: Interaction, call: Call) -> None:
    body = call.body.get("data") or {}
    messages.judged(call, body)
    made = _own(place, interaction, flags=int(body.get("flags") or 0))
    interaction.original = place.post(made, call, body)


def _deferred_message(place: Place, interaction: Interaction, call: Call) -> None:
    flags = int((call.body.get("data") or {}).get("flags") or 0)
    if flags & ~rules.EPHEMERAL:
        raise answers.invalid(["data/flags: a deferred answer can be ephemeral and nothing else"])
    made = _own(place, interaction, flags=flags | LOADING)
    interaction.original = place.post(made, call, {})


def _deferred_update(_: Place, interaction: Interaction, __: Call) -> None:
    interaction.original = interaction.source


def _update(place: Place, interaction: Interaction, call: Call) -> None:
    body = call.body.get("data") or {}
    message = interaction.original = interaction.source
    assert message is not None
    messages.judged(call, body, old=message)
    message.show(body, place.attach(call.files))
    message.touch(place.clock.now())


def _choices(_: Place, interaction: Interaction, call: Call) -> None:
    choices = call.body["data"].get("choices") or []
    long = [one["value"] for one in choices if len(str(one["value"])) > CHOICE_TEXT]
    if long:
        raise answers.invalid([f"data/choices: value of {len(long[0])} characters"])
    if any(not one["name"].strip() or one["value"] == "" for one in choices):
        raise answers.invalid(["data/choices: this field is required"])
    interaction.answer = choices


def _modal(_: Place, interaction: Interaction, call: Call) -> None:
    if complaints := rules.modal(call.body["data"]):
        raise answers.invalid(complaints)
    interaction.answer = call.body["data"]


_TAKERS: dict[int, Callable[[Place, Interaction, Call], None]] = {
    MESSAGE: _message,
    DEFERRED_MESSAGE: _deferred_message,
    DEFERRED_UPDATE: _deferred_update,
    UPDATE: _update,
    CHOICES: _choices,
    MODAL: _modal,
}


def _own(place: Place, interaction: Interaction, *, flags: int) -> messages.Message:
    return place.message(
        interaction.channel_id,
        flags=flags,
        webhook_id=place.application_id,
        metadata=interaction.metadata,
    )


def _response(interaction: Interaction, kind: int) -> dict[str, Any]:
    told: dict[str, Any] = {"id": str(interaction.id), "type": interaction.kind}
    message = interaction.original
    if message is None:
        return {"interaction": told}
    told["response_message_id"] = str(message.id)
    told["response_message_loading"] = message.loading
    told["response_message_ephemeral"] = message.ephemeral
    if kind in {DEFERRED_MESSAGE, DEFERRED_UPDATE}:
        return {"interaction": told}
    return {"interaction": told, "resource": {"type": kind, "message": messages.payload(message)}}
