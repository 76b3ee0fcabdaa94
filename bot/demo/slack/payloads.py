"""What Slack sends to an app, and how it writes messages and views in its answers."""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.demo.slack.limits import elements_of
from bot.demo.slack.workspace import (
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

OTHER_APP: Final = "A0OTHER"
Payload = dict[str, Any]
Kind = Literal["slash_commands", "interactive", "events_api"]

# Slack still sends its deprecated verification token; an app must not rely on it.
VERIFICATION_TOKEN: Final = "verification-token-of-the-demo"  # noqa: S105


def with_ids(blocks: Blocks) -> Blocks:
    """Return a copy of the blocks in which every block and element has an id."""
    copies: Blocks = json.loads(json.dumps(blocks))
    for number, block in enumerate(copies):
        block.setdefault("block_id", f"block{number}")
        for place, element in enumerate(elements_of(block)):
            element.setdefault("action_id", f"action{place}")
    return copies


def message_payload(message: Message | Ephemeral, author: Person | None = None) -> Payload:
    """Write a message as Slack does in answers and payloads; without an author it is the bot's."""
    payload: Payload = {
        "type": "message",
        "user": author.id if author else BOT_USER,
        "ts": message.ts,
        "text": message.text,
        "team": author.team if author else TEAM,
    }
    if author is None:
        payload |= {"bot_id": BOT, "app_id": APP}
    elif author.bot_id:
        payload |= {"bot_id": author.bot_id, "app_id": OTHER_APP}
    if message.blocks:
        payload["blocks"] = with_ids(message.blocks)
    if isinstance(message, Message):
        if message.attachments:
            payload["attachments"] = message.attachments
        if message.subtype:
            payload["subtype"] = message.subtype
        if message.edited:
            payload["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.reply_count:
            payload |= {"thread_ts": message.ts, "reply_count": message.reply_count}
    if message.thread_ts:
        payload["thread_ts"] = message.thread_ts
    return payload


def permalink(message: Message) -> str:
    """Return the address of a message, as Slack links to it."""
    number = message.ts.replace(".", "")
    thread = message.thread_ts
    within = f"?thread_ts={thread}&cid={message.channel}" if thread else ""
    return f"https://{TEAM_DOMAIN}.slack.com/archives/{message.channel}/p{number}{within}"


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
        "hash": view.hash,
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
        **({"enterprise_id": person.enterprise} if person.enterprise else {}),
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


def interaction(
    kind: str, person: Person, trigger_id: str, enterprise: str | None = None
) -> Payload:
    """Write what all payloads of interactivity have in common.

    The `enterprise` is the installation's, whoever does it.
    """
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": APP,
        "team": {"id": TEAM, "domain": TEAM_DOMAIN},
        "enterprise": {"id": enterprise} if enterprise else None,
        "is_enterprise_install": False,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "trigger_id": trigger_id,
    }


def of_message(channel: Channel, message: Message | Ephemeral, author: Person | None) -> Payload:
    """Write which message an interaction was about."""
    return {
        "channel": {"id": channel.id, "name": channel.name_in_payloads},
        "message": message_payload(message, author),
    }


def container(message: Message | Ephemeral) -> Payload:
    """Write where the pressed button stands."""
    place: Payload = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": isinstance(message, Ephemeral),
    }
    if message.thread_ts:
        place["thread_ts"] = message.thread_ts
    return place


def app_mention(message: Message, author: Person) -> Payload:
    """Write the event of a message which mentions the bot, or does so since it was edited."""
    event = message_payload(message, author) | {
        "type": "app_mention",
        "channel": message.channel,
        "event_ts": message.edited_ts or message.ts,
    }
    if author.team != TEAM:
        event |= dict.fromkeys(("user_team", "source_team"), author.team)
    return event


def direct_message(message: Message, author: Person | None) -> Payload:
    """Write the event of a message in a conversation with the bot (`message.im`)."""
    return message_payload(message, author) | {
        "channel": message.channel,
        "channel_type": "im",
        "event_ts": message.ts,
    }


def message_changed(message: Message, before: Message, author: Person | None) -> Payload:
    """Write the event of an edit in a conversation with the bot."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": message.channel,
        "channel_type": "im",
        "ts": message.edited_ts,
        "event_ts": message.edited_ts,
        "message": message_payload(message, author),
        "previous_message": message_payload(before, author),
    }


def event_callback(
    event: Mapping[str, Any],
    event_id: str,
    event_time: float,
    team: str = TEAM,
    enterprise: str | None = None,
) -> Payload:
    """Write an event of the Events API, for the workspace of that team."""
    return {
        "type": "event_callback",
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "enterprise_id": enterprise,
        "api_app_id": APP,
        "event": dict(event),
        "event_id": event_id,
        "event_time": int(event_time),
        "is_ext_shared_channel": "source_team" in event,
        "authorizations": [
            {
                "enterprise_id": enterprise,
                "team_id": team,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }
