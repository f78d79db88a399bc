"""The things of the world in the shape in which Discord sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from loopback.world import Channel, Guild, Member, Permission, Role, User

JOINED = "2024-01-01T00:00:00+00:00"


def stamp(moment: datetime) -> str:
    """Write a moment as Discord does."""
    return moment.isoformat()


def user(one: User) -> dict[str, Any]:
    """Shape a user."""
    return {
        "id": str(one.id),
        "username": one.username,
        "global_name": one.global_name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        "bot": one.bot,
    }


def own_user(one: User) -> dict[str, Any]:
    """Shape the bot's own user, as it sees itself."""
    return {**user(one), "mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def member(one: Member) -> dict[str, Any]:
    """Shape a member."""
    return {
        "user": user(one.user),
        "nick": one.nick,
        "roles": [str(role.id) for role in one.roles],
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": JOINED,
        "pending": False,
        "premium_since": None,
        "mute": False,
        "deaf": False,
    }


def role(one: Role, position: int = 1) -> dict[str, Any]:
    """Shape a role."""
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def channel(one: Channel, position: int = 0) -> dict[str, Any]:
    """Shape a text channel."""
    everyone = {"id": str(one.guild_id), "type": 0, "allow": "0", "deny": str(int(one.deny))}
    return {
        "id": str(one.id),
        "type": 0,
        "guild_id": str(one.guild_id),
        "name": one.name,
        "position": position,
        "flags": 0,
        "parent_id": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "topic": None,
        "nsfw": False,
        "permission_overwrites": [everyone] if one.deny else [],
    }


def direct_channel(channel_id: int, recipient: User) -> dict[str, Any]:
    """Shape the channel of direct messages with somebody."""
    return {"id": str(channel_id), "type": 1, "flags": 0, "recipients": [user(recipient)]}


def guild(one: Guild) -> dict[str, Any]:
    """Shape a guild as REST tells it."""
    empty: dict[str, Any] = dict.fromkeys(
        ["icon", "description", "home_header", "splash", "discovery_splash", "banner"]
    )
    none: dict[str, Any] = dict.fromkeys(
        ["application_id", "afk_channel_id", "system_channel_id", "widget_channel_id"]
    )
    more: dict[str, Any] = dict.fromkeys(
        ["vanity_url_code", "rules_channel_id", "safety_alerts_channel_id", "max_presences"]
    )
    last: dict[str, Any] = dict.fromkeys(["public_updates_channel_id", "incidents_data"])
    zeros = dict.fromkeys(
        [
            "system_channel_flags",
            "verification_level",
            "default_message_notifications",
            "mfa_level",
            "explicit_content_filter",
            "premium_tier",
            "premium_subscription_count",
            "nsfw_level",
            "max_stage_video_channel_users",
            "max_video_channel_users",
        ],
        0,
    )
    return {
        **empty,
        **none,
        **more,
        **last,
        **zeros,
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner_id),
        "features": [],
        "region": "us-west",
        "afk_timeout": 300,
        "widget_enabled": False,
        "max_members": 500_000,
        "premium_progress_bar_enabled": False,
        "preferred_locale": one.locale,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
        "roles": [role(each, at) for at, each in enumerate(one.roles.values())],
    }


def guild_create(one: Guild, own: Member) -> dict[str, Any]:
    """Shape a guild as the gateway tells it to the bot, which sees of the members only itself."""
    return {
        **guild(one),
        "joined_at": JOINED,
        "large": False,
        "unavailable": False,
        "member_count": len(one.members),
        "members": [member(own)],
        "channels": [channel(each, at) for at, each in enumerate(one.channels.values())],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def permissions(value: Permission) -> str:
    """Write permissions as Discord does, as a number in a string."""
    return str(int(value))


def application(application_id: int, bot: User, owner: User) -> dict[str, Any]:
    """Shape the bot's application, as it sees itself."""
    nothing: dict[str, Any] = dict.fromkeys(
        ["icon", "interactions_endpoint_url", "role_connections_verification_url", "team", "type"]
    )
    zeros = dict.fromkeys(
        [
            "flags",
            "approximate_guild_count",
            "approximate_user_install_count",
            "approximate_user_authorization_count",
            "explicit_content_filter",
        ],
        0,
    )
    return {
        **nothing,
        **zeros,
        "id": str(application_id),
        "name": bot.username,
        "description": "",
        "verify_key": "0" * 64,
        "flags_new": "0",
        "redirect_uris": [],
        "eligible_oauth2_scopes": [],
        "owner": user(owner),
        "bot": user(bot),
        "bot_public": False,
        "bot_require_code_grant": False,
    }
