"""The people: what they type, click and fill in becomes interactions, and what they see returns."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from loopback import messages, shapes
from loopback import typed as typing_
from loopback.place import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Interaction, Place
from loopback.reply import Choice, Modal, Reply
from loopback.rules import BUTTON, FILE_SIZE, LABEL
from loopback.typed import PlayerError
from loopback.waiting import PATIENCE
from loopback.world import ALL

if TYPE_CHECKING:
    from loopback.gateway import Gateway
    from loopback.messages import Message
    from loopback.world import Guild, Member


class NoAnswerError(AssertionError):
    """A person sees 'The application did not respond'."""


class Player:
    """Acts for members and waits for what they see."""

    def __init__(self, place: Place, gateway: Gateway) -> None:
        self.place = place
        self.gateway = gateway

    async def slash(
        self,
        member: Member,
        path: str,
        given: dict[str, Any],
        *,
        guild: Guild | None,
        locale: str | None,
    ) -> Reply | Modal:
        """Send a command and wait for what it shows."""
        command, chain = typing_.find(self._commands(), path)
        node = chain[-1] if chain else command
        inner = typing_.options(node, given)
        data = self._data(command, typing_.nested(chain, inner))
        interaction = self._begin(COMMAND, member, guild, data)
        await self._send(interaction, locale)
        return await self._seen(interaction)

    async def autocomplete(
        self,
        member: Member,
        path: str,
        option: str,
        text: str,
        given: dict[str, Any],
        *,
        guild: Guild | None,
        locale: str | None,
    ) -> list[Choice]:
        """Type into an option and wait for the suggestions."""
        command, chain = typing_.find(self._commands(), path)
        node = chain[-1] if chain else command
        inner = typing_.focused(node, option, text, given)
        data = self._data(command, typing_.nested(chain, inner))
        interaction = self._begin(AUTOCOMPLETE, member, guild, data)
        await self._send(interaction, locale)
        await self._first(interaction)
        language = locale or member.locale
        return [
            Choice((one.get("name_localizations") or {}).get(language, one["name"]), one["value"])
            for one in interaction.answer
        ]

    async def click(self, member: Member, reply: Reply, name: str) -> Reply | Modal:
        """Click a button that the member can see."""
        button = reply.button(name)
        message = reply.message
        if message.deleted:
            raise PlayerError("the message is gone")
        if message.ephemeral and member.id != reply.interaction.member.id:
            raise PlayerError("an ephemeral message is seen by one person only")
        if button.get("disabled") or button.get("url"):
            raise PlayerError(f"button {name} is disabled or a link")
        data = {"custom_id": button["custom_id"], "component_type": BUTTON, "id": 2}
        interaction = self._begin(COMPONENT, member, reply.interaction.guild, data, source=message)
        await self._send(interaction, None)
        return await self._seen(interaction)

    async def submit(self, member: Member, modal: Modal, given: dict[str, str]) -> Reply:
        """Fill in a form and send it."""
        values = {modal.field(name)["custom_id"]: text for name, text in given.items()}
        for custom_id, one in modal.inputs.items():
            _check_input(one, values.setdefault(custom_id, one.get("value") or ""))
        parts = [_submitted(one, values) for one in modal.data["components"]]
        data = {"custom_id": modal.custom_id, "components": parts}
        before = modal.interaction
        interaction = self._begin(MODAL_SUBMIT, member, before.guild, data, source=before.source)
        await self._send(interaction, None)
        seen = await self._seen(interaction)
        assert isinstance(seen, Reply)
        return seen

    async def changed(self, reply: Reply) -> None:
        """Wait for the next edit of a reply, or for a message that follows it."""
        waits = [reply.message.changed.wait(), reply.interaction.changed.wait()]
        tasks = [asyncio.ensure_future(one) for one in waits]
        try:
            done, _ = await asyncio.wait(
                tasks, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            for task in tasks:
                task.cancel()
        assert done, "nothing changed any more"

    def _commands(self) -> list[dict[str, Any]]:
        return [one for every in self.place.commands.values() for one in every]

    @staticmethod
    def _data(command: dict[str, Any], options: list[dict[str, Any]]) -> dict[str, Any]:
        # The guild is the one that the command belongs to, wherever it is sent from.
        home = command["guild_id"]
        facts = {"id": command["id"], "name": command["name"], "type": 1, "guild_id": home}
        return {**facts, "options": options}

    def _begin(
        self,
        kind: int,
        member: Member,
        guild: Guild | None,
        data: dict[str, Any],
        source: Message | None = None,
    ) -> Interaction:
        channel_id = source.channel_id if source else self._channel(member, guild)
        made = self.place.begin(
            kind, member, guild=guild, channel_id=channel_id, data=data, source=source
        )
        made.metadata = _metadata(made, source)
        return made

    def _channel(self, member: Member, guild: Guild | None) -> int:
        if guild is None:
            return self.place.direct_channel(member.user)
        return next(iter(guild.channels))

    async def _send(self, interaction: Interaction, locale: str | None) -> None:
        if not self.gateway.sessions:
            raise NoAnswerError("the application is not there")
        await self.gateway.dispatch("INTERACTION_CREATE", self._payload(interaction, locale))

    def _payload(self, interaction: Interaction, locale: str | None) -> dict[str, Any]:
        member, guild = interaction.member, interaction.guild
        payload = {
            "id": str(interaction.id),
            "application_id": str(self.place.application_id),
            "type": interaction.kind,
            "data": interaction.data,
            "token": interaction.token,
            "version": 1,
            "locale": locale or member.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id if guild else 0)},
            "attachment_size_limit": FILE_SIZE,
            "channel_id": str(interaction.channel_id),
            **self._where(member, guild, interaction.channel_id),
        }
        if interaction.source is not None:
            payload["message"] = messages.payload(interaction.source)
        return payload

    def _where(self, member: Member, guild: Guild | None, channel_id: int) -> dict[str, Any]:
        if guild is None:
            channel = shapes.direct_channel(channel_id, member.user)
            allowed = shapes.permissions(ALL)
            facts = {"context": 1, "user": shapes.user(member.user), "app_permissions": allowed}
            return {**facts, "channel": channel}
        there = guild.channels[channel_id]
        own = guild.members[self.place.own.id]
        allowed = shapes.permissions(member.permissions(there))
        return {
            "context": 0,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "app_permissions": shapes.permissions(own.permissions(there)),
            "channel": {**shapes.channel(there), "permissions": allowed},
            "member": {**shapes.member(member), "permissions": allowed},
        }

    async def _first(self, interaction: Interaction) -> None:
        left = self.place.deadline - self.place.age(interaction)
        with suppress(TimeoutError):
            await asyncio.wait_for(interaction.answered.wait(), max(left, 0))
        if interaction.callback is None:
            raise NoAnswerError("the application did not respond")

    async def _seen(self, interaction: Interaction) -> Reply | Modal:
        await self._first(interaction)
        if interaction.answer is not None:
            return Modal(interaction, interaction.answer)
        message = interaction.original
        assert message is not None
        edits = message.edits
        try:
            async with asyncio.timeout(PATIENCE):
                while _unchanged(interaction, message, edits):
                    await interaction.changed.wait()
        except TimeoutError as error:
            raise NoAnswerError("the application thinks and thinks") from error
        shown = interaction.followups[-1] if _elsewhere(interaction, message, edits) else message
        return Reply(interaction, shown)


def _unchanged(interaction: Interaction, message: Message, edits: int) -> bool:
    """Whether a deferred answer has still nothing to show."""
    if message.loading:
        return True
    waiting = interaction.callback == 6 and message.edits == edits
    return waiting and not interaction.followups and not message.deleted


def _elsewhere(interaction: Interaction, message: Message, edits: int) -> bool:
    """Whether a click changed nothing where it was made and answered below instead."""
    unmoved = interaction.callback == 6 and message.edits == edits
    return unmoved and bool(interaction.followups)


def _metadata(made: Interaction, source: Message | None) -> dict[str, Any]:
    command = {
        "id": str(made.id),
        "type": 2,
        "user": shapes.user(made.member.user),
        "authorizing_integration_owners": {},
    }
    if made.kind == COMPONENT and source is not None:
        return {**command, "type": 3, "interacted_message_id": str(source.id)}
    if made.kind == MODAL_SUBMIT:
        return {**command, "type": 5, "triggering_interaction_metadata": command}
    return command


def _check_input(one: dict[str, Any], text: str) -> None:
    required = one.get("required", True)
    least, most = one.get("min_length") or 0, one.get("max_length") or 4000
    if required and not text:
        raise PlayerError(f"{one['label']!r} has to be filled in")
    if text and not least <= len(text) <= most:
        raise PlayerError(f"{one['label']!r} takes {least} to {most} characters, not {len(text)}")


def _submitted(part: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    def filled(one: dict[str, Any]) -> dict[str, Any]:
        custom_id = one["custom_id"]
        return {"type": 4, "id": 2, "custom_id": custom_id, "value": values[custom_id]}

    if part["type"] == LABEL:
        return {"type": LABEL, "id": 1, "component": filled(part["component"])}
    return {"type": 1, "id": 1, "components": [filled(one) for one in part["components"]]}
