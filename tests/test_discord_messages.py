"""The rules of messages, each refused and kept as a violation; sent past any client."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import FormData
from loopback import Permission, rules
from loopback.raw import ask
from loopback.sample import button, row

if TYPE_CHECKING:
    from loopback import Discord

FIELD = {"name": "n", "value": "v"}


async def post(discord: Discord, body: Any) -> tuple[int, Any]:
    """Post in the feed's channel."""
    return await ask(discord, "POST", f"/channels/{discord.feed.id}/messages", body)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "ก" * 2000},
        {"embeds": [{"description": "x" * 4000, "footer": {"text": "y" * 2000}}]},
        {"embeds": [{"title": "t", "fields": [FIELD] * 25}]},
        {"content": "a", "components": [row(*[button(str(n)) for n in range(5)])]},
        {"content": "a", "components": [row(button(str(n))) for n in range(5)]},
        {"content": "a", "components": [row(button(style=5, url="https://e.org", custom_id=None))]},
        {"content": "a", "nonce": "n" * 25, "enforce_nonce": True},
    ],
)
async def test_message_at_the_limit(discord: Discord, body: dict[str, Any]) -> None:
    """What is just allowed is posted as it was given."""
    status, shown = await post(discord, body)
    assert (status, shown["content"]) == (200, body.get("content", "")), shown
    assert len(discord.posts(discord.feed)) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"content": "x" * 2001}, "content: must be 2000 or fewer"),
        ({"content": "x", "titel": 1}, "'titel' was unexpected"),
        ({"content": 5}, "content: 5 is not of type"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds/0/title"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds/0/description"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds/0/footer/text"),
        ({"embeds": [{"title": "x", "color": 1 << 24}]}, "embeds/0/color"),
        ({"embeds": [{"title": "x", "timestamp": "today"}]}, "embeds/0/timestamp"),
        ({"embeds": [{"fields": [FIELD] * 26}]}, "embeds/0/fields"),
        ({"embeds": [{"fields": [{**FIELD, "name": "x" * 257}]}]}, "fields/0/name"),
        ({"embeds": [{"fields": [{**FIELD, "value": "x" * 1025}]}]}, "fields/0/value"),
        ({"embeds": [{"fields": [{**FIELD, "value": " "}]}]}, "value: this field is required"),
        ({"embeds": [{"color": 1}]}, "description: this field is required"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "maximum size of 6000: 6002"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds: "),
        ({"embeds": [{"image": {"url": "attachment://no.png"}}]}, "no attachment is called no.png"),
        ({"embeds": [{"image": {"url": "file:///x.png"}}]}, "scheme file"),
        ({"components": [row(*[button(str(n)) for n in range(6)])]}, "components/0/components"),
        ({"components": [row(button(str(n))) for n in range(6)]}, "5 or fewer in length"),
        ({"components": [row(button(), button())]}, "custom id a cannot be duplicated"),
        ({"components": [row(button("x" * 101))]}, "components/0/components/0/custom_id"),
        ({"components": [row(button(label="x" * 81))]}, "components/0/components/0/label"),
        ({"components": [row(button(label=None))]}, "a button needs a label"),
        ({"components": [row(button(custom_id=None))]}, "a custom_id for a button"),
        ({"components": [row(button(style=5, url="https://e.org"))]}, "no custom_id for a button"),
        ({"components": [row(button(style=5, custom_id=None))]}, "a url for a button"),
        ({"components": [button()]}, "components/0"),
        ({"content": "x", "enforce_nonce": True}, "nonce: required"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"content": "x", "attachments": [{"id": 0}, {"id": 0}]}, "ids cannot be duplicated"),
        ({"content": "x", "flags": rules.COMPONENTS_V2}, "neither content nor embeds"),
        ({}, "Cannot send an empty message"),
        ({"content": "  "}, "Cannot send an empty message"),
    ],
)
async def test_message_against_a_rule(discord: Discord, body: dict[str, Any], words: str) -> None:
    """Whatever breaks a rule is refused, kept, and never shown."""
    status, answer = await post(discord, body)
    assert (status, answer["code"]) in {(400, 50035), (400, 50006)}
    assert words in answer["message"]
    assert [words in one for one in discord.forgive("body")] == [True]
    assert discord.posts(discord.feed) == []


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain"])
async def test_message_of_another_kind(discord: Discord, kind: str) -> None:
    """Discord takes JSON under its own name and nothing else."""
    path = f"/channels/{discord.feed.id}/messages"
    status, _ = await ask(discord, "POST", path, {"content": "x"}, kind=kind)
    assert (status, len(discord.forgive("body"))) == (400, 1)


async def test_file_beside_a_message(discord: Discord) -> None:
    """A file is shown under its name, and an embed may show it as its picture."""
    form = FormData()
    picture = {"embeds": [{"image": {"url": "attachment://c.png"}}]}
    names = {"attachments": [{"id": 0, "filename": "c.png"}]}
    form.add_field("payload_json", str({**picture, **names}).replace("'", '"'))
    form.add_field("files[0]", b"PNG", filename="c.png", content_type="image/png")
    status, answer = await post(discord, form)
    assert (status, discord.posts(discord.feed)[0].files) == (200, {"c.png": b"PNG"})
    assert answer["embeds"][0]["image"]["url"] == answer["attachments"][0]["url"]


async def test_file_that_is_too_large(discord: Discord) -> None:
    """A file of more than ten megabytes is refused."""
    form = FormData()
    form.add_field("payload_json", '{"content": "x"}')
    form.add_field("files[0]", BytesIO(bytes(rules.FILE_SIZE + 1)), filename="c.bin")
    status, _ = await post(discord, form)
    assert (status, "entity too large" in discord.forgive("body")[0]) == (400, True)


@pytest.mark.parametrize(
    ("deny", "body", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "x"}]}, 50013),
    ],
)
async def test_message_without_permission(
    discord: Discord, deny: Permission, body: dict[str, Any], code: int
) -> None:
    """A channel's own permissions hold for the bot; to lack one is no violation."""
    closed = discord.channel("closed", deny=deny)
    status, answer = await ask(discord, "POST", f"/channels/{closed.id}/messages", body)
    assert (status, answer["code"]) == (403, code)


async def test_nonce_that_is_enforced(discord: Discord) -> None:
    """A repeat within minutes gives back the first message; later it is a new one."""
    body = {"content": "x", "nonce": "abc", "enforce_nonce": True}
    first = await post(discord, body)
    assert await post(discord, {**body, "content": "again"}) == first
    discord.clock.advance(minutes=6)
    assert (await post(discord, body))[1]["id"] != first[1]["id"]
    assert len(discord.posts(discord.feed)) == 2


async def test_nonce_that_is_not_enforced(discord: Discord) -> None:
    """Without being enforced a nonce drops nothing."""
    ids = {(await post(discord, {"content": "x", "nonce": "abc"}))[1]["id"] for _ in range(2)}
    assert len(ids) == 2


async def test_pace_of_a_channel(discord: Discord) -> None:
    """The sixth message in five seconds is one too many, and says how long to wait."""
    for _ in range(5):
        assert (await post(discord, {"content": "x"}))[0] == 200
    status, answer = await post(discord, {"content": "x"})
    assert (status, answer["global"], 0 < answer["retry_after"] <= 5) == (429, False, True)
    assert len(discord.forgive("pace")) == 1
    discord.clock.advance(seconds=6)
    assert (await post(discord, {"content": "x"}))[0] == 200


async def test_pace_of_everything(discord: Discord) -> None:
    """More than fifty requests in a second are too many, wherever they go."""
    discord.rest.limits._seen["global"].extend([discord.clock.monotonic()] * 50)
    status, answer = await ask(discord, "GET", "/users/@me")
    assert (status, answer["global"], len(discord.forgive("pace"))) == (429, True, 1)


@pytest.mark.parametrize(
    ("content", "allowed", "notified"),
    [
        ("@everyone <@1> <@!2> <@&3>", None, ["everyone", "@1", "@2", "@&3"]),
        ("@here <@1> <@&3>", {"parse": []}, []),
        ("@everyone <@1> <@&3>", {"parse": ["roles"], "users": ["1"]}, ["@1", "@&3"]),
        ("nobody", None, []),
    ],
)
async def test_mentions(
    discord: Discord, content: str, allowed: dict[str, Any] | None, notified: list[str]
) -> None:
    """A message knows whom it would notify."""
    extra = {} if allowed is None else {"allowed_mentions": allowed}
    await post(discord, {"content": content, **extra})
    assert discord.posts(discord.feed)[0].pings == notified


async def test_message_edited_deleted_and_listed(discord: Discord) -> None:
    """The bot's own messages can be looked at, edited and deleted."""
    _, shown = await post(discord, {"content": "x"})
    path = f"/channels/{discord.feed.id}/messages/{shown['id']}"
    assert (await ask(discord, "PATCH", path, {"content": "y"}))[1]["content"] == "y"
    assert (await ask(discord, "GET", path))[1]["edited_timestamp"] is not None
    listed = f"/channels/{discord.feed.id}/messages?limit=1"
    assert [one["content"] for one in (await ask(discord, "GET", listed))[1]] == ["y"]
    assert (await ask(discord, "DELETE", path))[0] == 204
    assert (await ask(discord, "GET", path))[1]["code"] == 10008
