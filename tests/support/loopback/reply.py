"""What a person sees of an answer: a reply that changes, a modal, a list of choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loopback import rules
from loopback.rules import BUTTON, TEXT_INPUT

if TYPE_CHECKING:
    from loopback.messages import Message
    from loopback.place import Interaction


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion of an autocompletion, under the name that the person reads."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Modal:
    """A form in front of a person."""

    interaction: Interaction
    data: dict[str, Any]

    @property
    def title(self) -> str:
        """The words above it."""
        return str(self.data["title"])

    @property
    def custom_id(self) -> str:
        """The id by which the bot knows it again."""
        return str(self.data["custom_id"])

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """The text inputs by their custom ids."""
        fields = rules.inputs(self.data["components"])
        return {one["custom_id"]: one for one in fields if one["type"] == TEXT_INPUT}

    @property
    def labels(self) -> list[str]:
        """The words at the inputs, in order."""
        return [str(one["label"]) for one in self.inputs.values()]

    def field(self, name: str) -> dict[str, Any]:
        """Find an input by its label or custom id."""
        return _only(name, [(one["label"], one) for one in self.inputs.values()])


class Reply:
    """A message as it stands now in front of a person, with what followed it."""

    def __init__(self, interaction: Interaction, message: Message) -> None:
        self.interaction = interaction
        self.message = message

    def __repr__(self) -> str:
        return f"<Reply {self.text!r} buttons={self.buttons}>"

    @property
    def content(self) -> str:
        """The text above the embeds."""
        return self.message.content

    @property
    def embeds(self) -> list[dict[str, Any]]:
        """The embeds as the bot gave them."""
        return self.message.embeds

    @property
    def components(self) -> list[dict[str, Any]]:
        """The rows of buttons and menus."""
        return self.message.components

    @property
    def files(self) -> dict[str, bytes]:
        """The attached files by name."""
        return self.message.files

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees it."""
        return self.message.ephemeral

    @property
    def deferred(self) -> bool:
        """Whether it began as 'the bot is thinking'."""
        return self.interaction.callback in {5, 6}

    @property
    def seconds(self) -> float:
        """Seconds from the interaction to its first answer."""
        return self.interaction.answered_after

    @property
    def edits(self) -> int:
        """How often the message was edited since it was posted."""
        return self.message.edits

    @property
    def pings(self) -> list[str]:
        """Whom it notified."""
        return self.message.pings

    @property
    def title(self) -> str:
        """The title of the first embed."""
        return str(self.embeds[0].get("title") or "") if self.embeds else ""

    @property
    def colour(self) -> int | None:
        """The colour of the first embed."""
        return self.embeds[0].get("color") if self.embeds else None

    @property
    def fields(self) -> dict[str, str]:
        """The fields of all embeds by name."""
        fields = (one for embed in self.embeds for one in embed.get("fields") or ())
        return {one["name"]: one["value"] for one in fields}

    @property
    def text(self) -> str:
        """All that is shown, one thing to a line."""
        texts = (text for embed in self.embeds for text in rules.embed_texts(embed))
        return "\n".join(text for text in (self.content, *texts) if text)

    @property
    def buttons(self) -> list[str]:
        """The labels of the buttons that can be clicked, in order."""
        return [str(one.get("label")) for one in self._buttons() if not one.get("disabled")]

    @property
    def followups(self) -> list[Reply]:
        """The messages that came after it."""
        return [Reply(self.interaction, one) for one in self.interaction.followups]

    def button(self, name: str) -> dict[str, Any]:
        """Find a button by its label or custom id."""
        return _only(name, [(one.get("label"), one) for one in self._buttons()])

    def _buttons(self) -> list[dict[str, Any]]:
        return [one for one in rules.inputs(self.components) if one["type"] == BUTTON]


def _only(name: str, named: list[tuple[Any, dict[str, Any]]]) -> dict[str, Any]:
    found = [one for label, one in named if name in {label, one.get("custom_id")}]
    assert len(found) == 1, f"{len(found)} of {[label for label, _ in named]} are called {name!r}"
    return found[0]
