"""Interactions from both sides: what the real discord.py sends, and when Discord refuses it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from discord import ButtonStyle, Embed, File, HTTPException, TextStyle
from discord.ui import Button, Label, Modal, TextInput, View
from loopback import NoAnswerError, PlayerError
from loopback.raw import ask
from loopback.sample import button, row, sample, text_input
from loopback.waiting import until

if TYPE_CHECKING:
    from loopback import Discord
    from loopback.sample import Interaction

LATE, TWICE, EXPIRED = 10062, 40060, 50027


def undo() -> View:
    """Make a view with one button that lasts."""
    view = View(timeout=None)
    view.add_item(Button(label="Undo", custom_id="undo:1", style=ButtonStyle.danger))
    return view


def form() -> Modal:
    """Make a form that asks why."""
    made = Modal(title="Reason", custom_id="form:1")
    field: TextInput[Any] = TextInput(custom_id="why", style=TextStyle.long, max_length=10)
    made.add_item(Label(text="Why?", component=field))
    return made


async def open_form(interaction: Interaction) -> None:
    """Open the form, and thank for it."""
    if interaction.data and interaction.data.get("custom_id") == "form:1":
        await interaction.response.send_message("thanks", ephemeral=True)
    else:
        await interaction.response.send_modal(form())


async def offer(interaction: Interaction) -> None:
    """Show a button; when it is clicked, change the message that has it."""
    if interaction.message is None:
        embed = Embed(title="Done", colour=0x00FF00).add_field(name="Version", value="v5")
        await interaction.response.send_message(embed=embed, view=undo(), ephemeral=True)
    else:
        await interaction.response.edit_message(content="undone", embed=None, view=None)


async def test_defer_then_edit(discord: Discord) -> None:
    """What a person sees is the edit that takes the place of 'thinking'."""

    async def act(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(content="done")

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
    assert (reply.text, reply.ephemeral, reply.deferred) == ("done", True, True)


async def test_defer_then_follow_up(discord: Discord) -> None:
    """The first follow-up to a deferral takes its place, the second comes after it."""

    async def act(interaction: Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second", ephemeral=True)

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
        while not reply.followups:
            await discord.changed(reply)
    assert (reply.text, reply.ephemeral) == ("first", True)
    assert [one.text for one in reply.followups] == ["second"]


async def test_button_changes_its_message(discord: Discord) -> None:
    """A click edits the message that has the button."""
    async with discord.bot(sample(discord, offer)):
        reply = await discord.slash(discord.admin, "act")
        assert (reply.title, reply.colour, reply.fields) == ("Done", 0x00FF00, {"Version": "v5"})
        assert reply.buttons == ["Undo"]
        after = await discord.click(discord.admin, reply, "Undo")
    assert (after.text, after.buttons, reply.text, reply.edits) == ("undone", [], "undone", 1)


async def test_button_deferred_then_answered_below(discord: Discord) -> None:
    """A deferred click may leave its message alone and answer below it."""

    async def act(interaction: Interaction) -> None:
        if interaction.message is None:
            await interaction.response.send_message("?", view=undo(), ephemeral=True)
        else:
            await interaction.response.defer()
            await interaction.followup.send("below", ephemeral=True)

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
        after = await discord.click(discord.admin, reply, "undo:1")
    assert (after.text, reply.text) == ("below", "?")


async def test_button_after_a_restart(discord: Discord) -> None:
    """A message outlives the bot: its button reaches the next one."""
    async with discord.bot(sample(discord, offer)):
        reply = await discord.slash(discord.admin, "act")
    with pytest.raises(NoAnswerError, match="not there"):
        await discord.click(discord.admin, reply, "Undo")
    async with discord.bot(sample(discord, offer)):
        assert (await discord.click(discord.admin, reply, "Undo")).text == "undone"


async def test_modal(discord: Discord) -> None:
    """A form opens, is filled in, and answered."""
    async with discord.bot(sample(discord, open_form)):
        modal = await discord.slash_opens(discord.admin, "act")
        assert (modal.title, modal.labels, [*modal.inputs]) == ("Reason", ["Why?"], ["why"])
        reply = await discord.submit(discord.admin, modal, {"Why?": "เพราะ"})
    assert reply.text == "thanks"


@pytest.mark.parametrize("text", ["", "x" * 11])
async def test_modal_filled_in_wrongly(discord: Discord, text: str) -> None:
    """The client sends no form with a required input empty or one too long."""
    async with discord.bot(sample(discord, open_form)):
        modal = await discord.slash_opens(discord.admin, "act")
        with pytest.raises(PlayerError):
            await discord.submit(discord.admin, modal, {"why": text})


async def test_modal_after_a_modal(discord: Discord) -> None:
    """A form cannot be answered with another form."""

    async def act(interaction: Interaction) -> None:
        try:
            await interaction.response.send_modal(form())
        except HTTPException:
            await interaction.response.send_message("no")

    async with discord.bot(sample(discord, act)):
        modal = await discord.slash_opens(discord.admin, "act")
        assert (await discord.submit(discord.admin, modal, {"why": "x"})).text == "no"
    assert "no modal after a modal" in discord.forgive("body")[0]


async def test_answer_that_is_late(discord: Discord) -> None:
    """After three seconds there is no interaction any more."""
    discord.deadline = 3.0

    async def act(interaction: Interaction) -> None:
        discord.clock.advance(seconds=3.5)
        await interaction.response.send_message("late")

    async with discord.bot(sample(discord, act)) as bot:
        with pytest.raises(NoAnswerError):
            await discord.slash(discord.admin, "act")
        await until(lambda: bot.refused)
    assert (bot.refused, len(discord.forgive("late"))) == ([LATE], 1)


async def test_first_answer_given_twice(discord: Discord) -> None:
    """A second first answer is refused, whatever the library remembers."""

    async def act(interaction: Interaction) -> None:
        await interaction.response.send_message("first")
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        status, answer = await ask(discord, "POST", path, {"type": 5})
        await interaction.followup.send(f"{status} {answer['code']}")

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
        while not reply.followups:
            await discord.changed(reply)
    assert (reply.followups[0].text, len(discord.forgive("twice"))) == (f"400 {TWICE}", 1)


@pytest.mark.parametrize(("minutes", "refused"), [(14, []), (16, [EXPIRED])])
async def test_token_grows_old(discord: Discord, minutes: int, refused: list[int]) -> None:
    """A token edits and follows up for fifteen minutes."""

    async def act(interaction: Interaction) -> None:
        await interaction.response.send_message("now")
        discord.clock.advance(minutes=minutes)
        await interaction.followup.send("then")

    async with discord.bot(sample(discord, act)) as bot:
        reply = await discord.slash(discord.admin, "act")
        await until(lambda: reply.followups or bot.refused)
    assert (bot.refused, len(discord.forgive("expired"))) == (refused, len(refused))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"type": 7, "data": {"content": "x"}}, "there is no message to update"),
        ({"type": 6}, "there is no message to update"),
        ({"type": 8, "data": {"choices": []}}, "no answer of type 8"),
        ({"type": 5, "data": {"flags": 4}}, "ephemeral and nothing else"),
        ({"type": 3}, "type"),
        ({"type": 4, "data": {}}, "Cannot send an empty message"),
        ({"type": 4, "data": {"content": "x", "tts": 1}}, "tts"),
        ({"type": 4, "data": {"content": "x", "view": 1}}, "'view' was unexpected"),
        ({"type": 4, "data": {"content": "x" * 2001}}, "content"),
        ({"type": 4, "data": {"components": [row(button(), button())]}}, "duplicated"),
        ({"type": 9, "data": {"custom_id": "x", "title": "t", "components": []}}, "components"),
    ],
)
async def test_first_answer_against_a_rule(
    discord: Discord, body: dict[str, Any], words: str
) -> None:
    """A first answer that breaks a rule is refused and can be given again."""
    status, answer = await first_answer(discord, body)
    assert (status, words in answer["message"]) == (400, True), answer
    assert len(discord.forgive("body")) == 1


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([text_input(str(n)) for n in range(6)], "a modal has 1 to 5"),
        ([text_input("a"), text_input("a")], "custom id a cannot be duplicated"),
        ([row(text_input()["component"])], "a text input needs a label"),
        ([row(*[text_input(x)["component"] for x in "ab"])], "exactly one text input"),
        ([text_input(min_length=5, max_length=4)], "min_length is above max_length"),
        ([text_input(max_length=4, value="12345")], "a value of 5 is not between 0 and 4"),
        ([{**text_input(), "label": "x" * 46}], "label"),
        ([text_input("x" * 101)], "custom_id"),
        ([text_input(placeholder="x" * 101)], "placeholder"),
    ],
)
async def test_modal_against_a_rule(
    discord: Discord, parts: list[dict[str, Any]], words: str
) -> None:
    """A form that breaks a rule is refused."""
    data = {"custom_id": "x", "title": "t", "components": parts}
    status, answer = await first_answer(discord, {"type": 9, "data": data})
    assert (status, words in answer["message"]) == (400, True), answer
    assert len(discord.forgive("body")) == 1


async def test_title_of_a_modal_that_is_too_long(discord: Discord) -> None:
    """A form's title has at most 45 characters."""
    data = {"custom_id": "x", "title": "t" * 46, "components": [text_input()]}
    assert (await first_answer(discord, {"type": 9, "data": data}))[0] == 400
    assert len(discord.forgive("body")) == 1


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"name": "x" * 101, "value": "x"}, "data/choices/0/name"),
        ({"name": "x", "value": "x" * 101}, "value of 101 characters"),
        ({"name": " ", "value": "x"}, "this field is required"),
    ],
)
async def test_suggestion_against_a_rule(
    discord: Discord, choice: dict[str, Any], words: str
) -> None:
    """A suggestion has a name and a value of at most 100 characters."""
    status, answer = await first_answer(discord, {"type": 8, "data": {"choices": [choice]}}, kind=4)
    assert (status, words in answer["message"]) == (400, True), answer
    assert len(discord.forgive("body")) == 1


async def test_suggestions_that_are_too_many(discord: Discord) -> None:
    """There are at most 25 suggestions."""
    choices = [{"name": str(n), "value": str(n)} for n in range(26)]
    assert (await first_answer(discord, {"type": 8, "data": {"choices": choices}}, kind=4))[
        0
    ] == 400
    assert len(discord.forgive("body")) == 1


async def test_suggestions_answered_with_a_message(discord: Discord) -> None:
    """What asks for suggestions takes no message."""
    body = {"type": 4, "data": {"content": "x"}}
    assert (await first_answer(discord, body, kind=4))[0] == 400
    assert len(discord.forgive("body")) == 1


async def test_token_of_nothing(discord: Discord) -> None:
    """An interaction that never was is unknown, and its token invalid."""
    assert (await ask(discord, "POST", "/interactions/1/x/callback", {"type": 5}))[0] == 404
    path = f"/webhooks/{discord.application_id}/x/messages/@original"
    assert (await ask(discord, "GET", path))[0] == 401
    assert len(discord.forgive()) == 2


async def test_original_before_it_is_there(discord: Discord) -> None:
    """Before the first answer there is nothing to edit."""
    made = discord.begin(2, discord.admin, guild=discord.guild, channel_id=discord.feed.id, data={})
    path = f"/webhooks/{discord.application_id}/{made.token}/messages/@original"
    assert (await ask(discord, "PATCH", path, {"content": "x"}))[1]["code"] == 10015


async def test_answers_looked_at_and_deleted(discord: Discord) -> None:
    """The first answer and the follow-ups can be looked at, edited and deleted."""

    async def act(interaction: Interaction) -> None:
        await interaction.response.send_message("first", ephemeral=True)
        more = await interaction.followup.send("more", wait=True)
        await more.edit(content=(await interaction.original_response()).content)
        await interaction.delete_original_response()
        await interaction.followup.send("end")

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
        while len(reply.followups) < 2:
            await discord.changed(reply)
    assert [one.text for one in reply.followups] == ["first", "end"]
    assert reply.message.deleted


async def test_file_on_an_answer(discord: Discord) -> None:
    """A file of an answer is there by its name; an edit may take it away."""

    async def act(interaction: Interaction) -> None:
        if interaction.message is None:
            picture = Embed().set_image(url="attachment://c.png")
            file = File(BytesIO(b"PNG"), filename="c.png")
            await interaction.response.send_message(embed=picture, file=file, view=undo())
        else:
            await interaction.response.edit_message(content="gone", embeds=[], attachments=[])

    async with discord.bot(sample(discord, act)):
        reply = await discord.slash(discord.admin, "act")
        assert [*reply.files] == ["c.png"]
        await discord.click(discord.admin, reply, "Undo")
    assert (reply.files, reply.text) == ({}, "gone")


async def first_answer(discord: Discord, body: dict[str, Any], *, kind: int = 2) -> tuple[int, Any]:
    """Answer an interaction past any client."""
    channel = discord.feed.id
    made = discord.begin(kind, discord.admin, guild=discord.guild, channel_id=channel, data={})
    return await ask(discord, "POST", f"/interactions/{made.id}/{made.token}/callback", body)
