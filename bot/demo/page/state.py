"""What one person sees in the demo's page, as JSON: an item for each thing that can change."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from bot.core.phone import format_international
from bot.demo.callcow.dial import Dial
from bot.demo.callcow.scenario import LAST_DIGITS
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.conditions import Conditions
from bot.demo.rules import RULES
from bot.demo.slack.contents import Channel, Ephemeral, Message, View
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.payloads import with_ids
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import BOT_USER
from bot.demo.strangers import STRANGERS

# A channel shows no more than the latest of its messages.
_LATEST: Final = 500

Items = dict[str, str]


@dataclass(frozen=True)
class Installing:
    """How the bot gets into workspaces: its own page, and by team the CallCow key to set up."""

    url: str
    callcow_keys: Mapping[str, str]


def items_for(
    user: str,
    workspace: LocalWorkspace,
    slack: LocalSlack,
    callcow: CallCowSimulator,
    conditions: Conditions,
    features: Mapping[str, Any],
    installing: Installing | None,
) -> Items:
    """Return the items that `user` sees in a workspace, each as JSON under a key `kind:id`.

    `features` are those of the app's manifest: its commands and shortcuts.
    """
    found = [
        ("app:features", features),
        *(_workspaces(workspace, slack, installing) if installing else ()),
        *_conditions(conditions, is_of_one=installing is None),
        *_people(workspace),
        *_channels(user, workspace),
        *_messages(user, workspace),
        *((f"view:{view.id}", _view(view)) for view in workspace.open_views.values()
          if view.user == user),
        *_home(user, workspace),
        *((f"scenario:{digits}", {"digits": digits, "label": scenario.label})
          for digits, scenario in LAST_DIGITS.items()),
        *((f"dial:{dial.call_id}", _dial(dial)) for dial in callcow.dials + callcow.refused),
    ]  # fmt: skip
    return {key: json.dumps(item, ensure_ascii=False) for key, item in found}


def _conditions(conditions: Conditions, *, is_of_one: bool) -> Iterator[tuple[str, Any]]:
    yield "clock:clock", {"ahead": conditions.ahead.total_seconds()}
    for stranger in STRANGERS:
        yield f"stranger:{stranger.name}", asdict(stranger)
    for name, rule in RULES.items():
        if rule.is_of_one and not is_of_one:
            continue
        setting = ", ".join(f"{key.upper()}={value}" for key, value in rule.settings.items())
        on = name in conditions.rules
        yield f"rule:{name}", {"name": name, "label": rule.label, "setting": setting, "on": on}


def _workspaces(
    shown: LocalWorkspace, slack: LocalSlack, installing: Installing
) -> Iterator[tuple[str, Any]]:
    for one in slack.app.workspaces:
        yield (
            f"workspace:{one.id}",
            {
                "id": one.id,
                "name": one.name,
                "shown": one.id == shown.team,
                "installed": one.is_installed,
                "install_url": f"{installing.url}?team={one.id}",
                "callcow_key": installing.callcow_keys[one.id],
            },
        )


def _people(slack: LocalWorkspace) -> Iterator[tuple[str, Any]]:
    for person in slack.workspace.people.values():
        bot = person.bot_id is not None
        yield f"person:{person.id}", {"id": person.id, "name": person.name.title(), "bot": bot}
    yield f"person:{BOT_USER}", {"id": BOT_USER, "name": "Ringback", "bot": True}


def _channels(user: str, slack: LocalWorkspace) -> Iterator[tuple[str, Any]]:
    if slack.workspace.is_installed:
        slack.workspace.direct_message(user)
    for channel in _seen(user, slack):
        others = sorted(channel.members - {user})
        yield (
            f"channel:{channel.id}",
            {
                "id": channel.id,
                "name": channel.name,
                "kind": channel.kind,
                "other": others[0] if channel.kind == "direct" and others else None,
                "archived": channel.archived,
                "has_bot": BOT_USER in channel.members,
                "members": len(channel.members),
            },
        )


def _messages(user: str, slack: LocalWorkspace) -> Iterator[tuple[str, Any]]:
    for channel in _seen(user, slack):
        for message in slack.messages(channel.id)[-_LATEST:]:
            if not message.deleted or message.reply_count:
                yield f"message:{message.ts}", _message(message)
    for ephemeral in slack.ephemerals:
        if ephemeral.user == user and not ephemeral.deleted:
            yield f"message:{ephemeral.ts}", _ephemeral(ephemeral)


def _seen(user: str, slack: LocalWorkspace) -> list[Channel]:
    channels = slack.workspace.channels.values()
    return [one for one in channels if user in one.members]


def _message(message: Message) -> dict[str, Any]:
    replies = [reply for reply in message.replies if not reply.deleted]
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": with_ids(message.blocks),
        "thread_ts": message.thread_ts,
        "edited": message.edited > 0,
        "deleted": message.deleted,
        "replies": len(replies),
        "repliers": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None,
    }


def _ephemeral(ephemeral: Ephemeral) -> dict[str, Any]:
    return {
        "ts": ephemeral.ts,
        "channel": ephemeral.channel,
        "user": "slack" if ephemeral.by_slack else BOT_USER,
        "text": ephemeral.text,
        "blocks": with_ids(ephemeral.blocks),
        "thread_ts": ephemeral.thread_ts,
        "ephemeral": True,
    }


def _home(user: str, slack: LocalWorkspace) -> Iterator[tuple[str, Any]]:
    home = slack.home(user)
    if home is not None:
        yield "home:home", _view(home)


def _view(view: View) -> dict[str, Any]:
    payload = {name: part for name, part in view.payload.items() if name != "private_metadata"}
    return {
        "id": view.id,
        "payload": payload | {"blocks": with_ids(view.payload["blocks"])},
        "errors": view.errors,
        "problem": view.problem,
        "updates": view.updates,
        "depth": len(list(view.stack)),
        "channel": view.channel,
    }


def _dial(dial: Dial) -> dict[str, Any]:
    return {
        "id": dial.call_id,
        "number": dial.recipient_phone,
        "shown": format_international(dial.recipient_phone),
        "prompt": dial.prompt,
        "at": dial.dialed_at,
        "steps": [asdict(step) for step in dial.steps],
        "refusal": dial.refusal,
        "final": dial.final,
        "callbacks": len(dial.deliveries),
    }
