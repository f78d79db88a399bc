"""The loopback Discord as people see it, with a small client of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loopback.sample import Sample

if TYPE_CHECKING:
    from loopback import Discord


async def test_slash_command_with_a_direct_answer(discord: Discord) -> None:
    """A person sees the answer to a command, for themselves alone."""
    async with discord.bot(Sample.make(discord)):
        reply = await discord.slash(discord.admin, "say", text="สวัสดี")
    assert (reply.text, reply.ephemeral, reply.deferred) == ("สวัสดี", True, False)
