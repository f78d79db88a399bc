"""The commands as Discord knows them: registered in one guild, and only when they changed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from bot.keeping import Kept, folder

if TYPE_CHECKING:
    from pathlib import Path

    import discord
    from discord import app_commands


async def register(
    tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake, root: Path
) -> bool:
    """Register what the tree has for a guild; tell whether anything was to be done.

    Each registration is given a version by Discord, which is compared: so commands that someone
    else removed or changed are registered again. Raises discord.HTTPException.
    """
    http, application = tree.client.http, tree.client.application_id
    if application is None:
        raise RuntimeError("the client has not logged in")
    payload = await _payload(tree, guild)
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
    kept = Kept(folder(root) / "commands.json")
    there: Any = await http.get_guild_commands(application, guild.id)
    if kept.read() == _facts(application, digest, there):
        return False
    made: Any = await http.bulk_upsert_guild_commands(application, guild.id, payload)
    kept.write(_facts(application, digest, made))
    return True


async def _payload(
    tree: app_commands.CommandTree[Any], guild: discord.abc.Snowflake
) -> list[dict[str, Any]]:
    commands = tree.get_commands(guild=guild)
    translator = tree.translator
    if translator is None:
        return [one.to_dict(tree) for one in commands]
    return [await one.get_translated_payload(tree, translator) for one in commands]


def _facts(application: int, digest: str, commands: list[dict[str, Any]]) -> dict[str, Any]:
    versions = {str(one["name"]): str(one.get("version")) for one in commands}
    return {"application": application, "digest": digest, "versions": versions}
