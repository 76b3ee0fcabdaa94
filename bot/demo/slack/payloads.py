"""What Slack sends to an app, and how it writes messages and views in its answers."""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from bot.demo.slack.contents import Blocks, Channel, Ephemeral, Message, Person, View
from bot.demo.slack.limits import elements_of
from bot.demo.slack.workspace import APP, BOT, BOT_USER, Workspace

OTHER_APP: Final = "A0OTHER"
# What happens to an organization's installation as a whole happens in none of its workspaces.
_OF_INSTALLATIONS: Final = {"app_uninstalled", "tokens_revoked"}
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


def message_payload(
    workspace: Workspace, message: Message | Ephemeral, author: Person | None = None
) -> Payload:
    """Write a message as Slack does in answers and payloads; without an author it is the bot's."""
    payload: Payload = {
        "type": "message",
        "user": author.id if author else BOT_USER,
        "ts": message.ts,
        "text": message.text,
        "team": author.team if author else workspace.id,
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


def permalink(workspace: Workspace, message: Message) -> str:
    """Return the address of a message, as Slack links to it."""
    number = message.ts.replace(".", "")
    thread = message.thread_ts
    within = f"?thread_ts={thread}&cid={message.channel}" if thread else ""
    return f"https://{workspace.domain}.slack.com/archives/{message.channel}/p{number}{within}"


def view_payload(
    workspace: Workspace, view: View, values: Mapping[str, Any] | None = None
) -> Payload:
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
        "team_id": workspace.id,
        "app_id": APP,
        "bot_id": BOT,
        "app_installed_team_id": workspace.enterprise if workspace.org_wide else workspace.id,
        "root_view_id": view.root.id,
        "previous_view_id": view.parent.id if view.parent else None,
        "hash": view.hash,
        "state": {"values": dict(values or {})},
    }


def slash_command(
    workspace: Workspace,
    person: Person,
    channel: Channel,
    command: str,
    text: str,
    *,
    trigger_id: str,
    response_url: str,
) -> Payload:
    """Write a slash command; its team is the person's, which Slack Connect makes another one."""
    enterprise = workspace.enterprise if person.team == workspace.id else person.enterprise
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team,
        "team_domain": workspace.domain,
        **({"enterprise_id": enterprise} if enterprise else {}),
        "channel_id": channel.id,
        "channel_name": channel.name_in_payloads,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "true" if workspace.org_wide else "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(workspace: Workspace, kind: str, person: Person, trigger_id: str) -> Payload:
    """Write what all payloads of interactivity have in common.

    The `enterprise` is the installation's, whoever does it. There is no `team` where the app is
    installed for all of the organization.
    """
    team: Payload = {"id": workspace.id, "domain": workspace.domain}
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": APP,
        "team": None if workspace.org_wide else team,
        "enterprise": _enterprise(workspace),
        "is_enterprise_install": workspace.org_wide,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team,
        },
        "trigger_id": trigger_id,
    }


def _enterprise(workspace: Workspace) -> Payload | None:
    if workspace.enterprise is None:
        return None
    return {"id": workspace.enterprise, "name": workspace.enterprise_name}


def of_message(
    workspace: Workspace, channel: Channel, message: Message | Ephemeral, author: Person | None
) -> Payload:
    """Write which message an interaction was about."""
    return {
        "channel": {"id": channel.id, "name": channel.name_in_payloads},
        "message": message_payload(workspace, message, author),
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


def app_mention(workspace: Workspace, message: Message, author: Person) -> Payload:
    """Write the event of a message which mentions the bot, or does so since it was edited."""
    event = message_payload(workspace, message, author) | {
        "type": "app_mention",
        "channel": message.channel,
        "event_ts": message.edited_ts or message.ts,
    }
    if author.team != workspace.id:
        event |= dict.fromkeys(("user_team", "source_team"), author.team)
    return event


def direct_message(workspace: Workspace, message: Message, author: Person | None) -> Payload:
    """Write the event of a message in a conversation with the bot (`message.im`)."""
    return message_payload(workspace, message, author) | {
        "channel": message.channel,
        "channel_type": "im",
        "event_ts": message.ts,
    }


def message_changed(
    workspace: Workspace, message: Message, before: Message, author: Person | None
) -> Payload:
    """Write the event of an edit in a conversation with the bot."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": message.channel,
        "channel_type": "im",
        "ts": message.edited_ts,
        "event_ts": message.edited_ts,
        "message": message_payload(workspace, message, author),
        "previous_message": message_payload(workspace, before, author),
    }


def event_callback(
    workspace: Workspace, event: Mapping[str, Any], event_id: str, team: str | None = None
) -> Payload:
    """Write an event of the Events API; `team` is another one than the workspace."""
    enterprise = workspace.enterprise
    is_organizations = workspace.org_wide and event["type"] in _OF_INSTALLATIONS
    team = None if is_organizations else team or workspace.id
    authorization = {
        "enterprise_id": enterprise,
        "team_id": None if workspace.org_wide else team,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": workspace.org_wide,
    }
    return {
        "type": "event_callback",
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "enterprise_id": enterprise,
        "context_team_id": team,
        "context_enterprise_id": enterprise,
        "api_app_id": APP,
        "event": dict(event),
        "event_id": event_id,
        "event_time": int(workspace.clock()),
        "is_ext_shared_channel": _is_strangers(workspace, event),
        "authorizations": [] if is_organizations else [authorization],
    }


def _is_strangers(workspace: Workspace, event: Mapping[str, Any]) -> bool:
    """Whether somebody of neither the workspace nor its organization did it (Slack Connect)."""
    person = workspace.people.get(event.get("user", ""))
    if "source_team" not in event or person is None:
        return False
    return person.enterprise is None or person.enterprise != workspace.enterprise
