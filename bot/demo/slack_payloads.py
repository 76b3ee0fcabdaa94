"""What Slack sends to an app, and how it writes messages and views in its answers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from bot.demo.slack_limits import elements_of
from bot.demo.slack_workspace import (
    APP,
    BOT,
    BOT_USER,
    TEAM,
    TEAM_DOMAIN,
    Blocks,
    Channel,
    Ephemeral,
    Message,
    Person,
    View,
)

Payload = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]

# Slack still sends its deprecated verification token; an app must not rely on it.
VERIFICATION_TOKEN: Final = "verification-token-of-the-demo"  # noqa: S105


def escape(text: str) -> str:
    """Escape what a person typed, as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_ids(blocks: Blocks) -> Blocks:
    """Return a copy of the blocks in which every block and element has an id."""
    copies: Blocks = json.loads(json.dumps(blocks))
    for number, block in enumerate(copies):
        block.setdefault("block_id", f"block{number}")
        for place, element in enumerate(elements_of(block)):
            element.setdefault("action_id", f"action{place}")
    return copies


def message_payload(message: Message | Ephemeral) -> Payload:
    """Write a message as Slack does in answers and payloads."""
    by_bot = isinstance(message, Ephemeral) or message.user == BOT_USER
    payload: Payload = {
        "type": "message",
        "user": BOT_USER if by_bot else message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
    }
    if by_bot:
        payload |= {"bot_id": BOT, "app_id": APP}
    if message.blocks:
        payload["blocks"] = with_ids(message.blocks)
    if isinstance(message, Message):
        if message.edited:
            payload["edited"] = {"user": message.user, "ts": message.ts}
        if message.reply_count:
            payload |= {"thread_ts": message.ts, "reply_count": message.reply_count}
        elif message.thread_ts:
            payload["thread_ts"] = message.thread_ts
    return payload


def view_payload(view: View, values: Mapping[str, Any] | None = None) -> Payload:
    """Write a view as Slack does, with what a person filled in."""
    return {
        "callback_id": "",
        "external_id": "",
        "private_metadata": "",
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
        **view.payload,
        "blocks": with_ids(view.payload["blocks"]),
        "id": view.id,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT,
        "app_installed_team_id": TEAM,
        "root_view_id": view.root.id,
        "previous_view_id": view.parent.id if view.parent else None,
        "hash": f"{view.id}.{view.updates}",
        "state": {"values": dict(values or {})},
    }


def slash_command(
    person: Person, channel: Channel, command: str, text: str, trigger_id: str, response_url: str
) -> Payload:
    """Write a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.name_in_payloads,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, person: Person, trigger_id: str) -> Payload:
    """Write what all payloads of interactivity have in common."""
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "trigger_id": trigger_id,
    }


def of_message(channel: Channel, message: Message | Ephemeral) -> Payload:
    """Write which message an interaction was about."""
    return {
        "channel": {"id": channel.id, "name": channel.name_in_payloads},
        "message": message_payload(message),
    }


def container(message: Message | Ephemeral) -> Payload:
    """Write where the pressed button stands."""
    place: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": isinstance(message, Ephemeral),
    }
    if isinstance(message, Message) and message.thread_ts:
        place["thread_ts"] = message.thread_ts
    return place


def app_mention(message: Message, person: Person) -> Payload:
    """Write the event of a message which mentions the bot."""
    event = message_payload(message) | {
        "type": "app_mention",
        "channel": message.channel,
        "event_ts": message.ts,
    }
    if person.team != TEAM:
        event |= dict.fromkeys(("team", "user_team", "source_team"), person.team)
    return event


def action(
    blocks: Sequence[Mapping[str, Any]], action_id: str, value: str | None, action_ts: str
) -> Payload:
    """Write the press of a button, or the choice of a value in another element.

    Where several buttons have the same action_id, the value tells which. Raise LookupError for
    what a person could not have pressed.
    """
    for block in blocks:
        for element in elements_of(block):
            chosen = _chosen(element, value) if element["action_id"] == action_id else None
            if chosen is not None:
                return {
                    "type": element["type"],
                    "action_id": action_id,
                    "block_id": block["block_id"],
                    "action_ts": action_ts,
                    **chosen,
                }
    raise LookupError(f"no element {action_id!r} with the value {value!r} in this message")


def _chosen(element: Mapping[str, Any], value: str | None) -> Payload | None:
    if element["type"] == "button":
        kept = {name: element[name] for name in ("text", "value", "style") if name in element}
        return kept if value in (None, element.get("value")) else None
    options = [one for one in element.get("options", []) if one["value"] == value]
    return {"selected_option": options[0]} if options else None


def event_callback(event: Mapping[str, Any], event_id: str, event_time: float) -> Payload:
    """Write an event of the Events API."""
    return {
        "type": "event_callback",
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM,
        "api_app_id": APP,
        "event": dict(event),
        "event_id": event_id,
        "event_time": int(event_time),
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }
