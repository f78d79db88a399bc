"""The form that asks for a reason. It is kept by Discord alone: its id tells what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.ui import Label, Modal, TextInput

from bot import acts, cutting

if TYPE_CHECKING:
    from bot.acts import Act
    from bot.answers import Interaction
    from bot.texts import Words

REASON_LENGTH = 500
"""Characters of a reason, so that a question can show all of it."""

VALUE_LENGTH = 4000
"""Characters of a value that a form can hold."""


class ReasonForm(Modal):
    """Asks why; for a value that was typed, the value stands in it too."""

    def __init__(self, words: Words, act: Act) -> None:
        super().__init__(title=cutting.cut(words("form.title"), 45), custom_id=act.id("form"))
        if act.verb == acts.SET:
            value: TextInput[Any] = TextInput(
                custom_id="value",
                default=act.value,
                style=discord.TextStyle.long,
                max_length=VALUE_LENGTH,
            )
            self.add_item(Label(text=cutting.cut(words("value"), 45), component=value))
        reason: TextInput[Any] = TextInput(
            custom_id="reason",
            placeholder=cutting.cut(words("form.hint"), 100),
            style=discord.TextStyle.long,
            max_length=REASON_LENGTH,
        )
        self.add_item(Label(text=cutting.cut(words("form.label"), 45), component=reason))
        # Nothing is to be remembered here, so that a restart forgets nothing.
        self.stop()


def fits(value: str) -> bool:
    """Tell whether a form gives a value back as it is: Discord trims, and knows a limit."""
    return value == value.strip() != "" and cutting.length(value) <= VALUE_LENGTH


def read(interaction: Interaction) -> tuple[str, dict[str, str]]:
    """Read a submitted form: its id, and what was written, by the inputs' ids."""
    data: Any = interaction.data or {}
    return str(data.get("custom_id", "")), dict(_inputs(data.get("components", [])))


def _inputs(components: list[Any]) -> list[tuple[str, str]]:
    found = []
    for one in components:
        inner = one.get("components", [])
        found += _inputs([*inner, *([one["component"]] if "component" in one else [])])
        if "value" in one:
            found.append((str(one.get("custom_id", "")), str(one["value"])))
    return found
