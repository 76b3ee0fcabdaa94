"""What mentions and direct messages have in common: who wrote it, where, and what to the bot."""

import re
from typing import Any, Final

from bot.core.draft import DraftKind
from bot.core.person import Person
from bot.core.reading.reader import has_number
from bot.core.reading.small_talk import only_addresses, small_talk
from bot.service.incoming_message import IncomingMessage
from handlers.payloads.events import MessageEnvelope, WrittenMessage

# What people put between the name and what they say to it; an emoji's name begins with a colon.
# What is opened before the bot's name and may be closed behind it.
_CLOSED_BY: Final = {"(": ")", "[": "]", "“": "”", "„": "“", "«": "»", "‘": "’"} | {
    mark: mark for mark in "*_~`\"'"
}
_OPENED: Final = re.compile(rf"[{re.escape(''.join(_CLOSED_BY))}]+$")
_QUOTED: Final = re.compile(r"(?:^|\n)[^\S\n]*>[^\n]*\Z|(?:^|\n)[^\S\n]*>>>")
_SEPARATORS: Final = re.compile(r"(?:[\s,;.!–—-]|:(?![a-z0-9_+'-]+:))*")
# Small talk that asks for something, whatever was said before it.
_REQUESTS: Final = {DraftKind.HELP, DraftKind.LIST}
_CHANGED: Final = "message_changed"
# A person's messages of these kinds count like others; any other subtype is Slack's own word.
_SUBTYPES: Final = {None, "", "thread_broadcast", "file_share", "me_message"}


def written_in(body: dict[str, Any]) -> IncomingMessage | None:
    """Return what a person wrote or edited in a message event, None for anything else.

    Bots, Slack's own messages, deletions, and changes that are no edit of the text start nothing.
    """
    event = body.get("event")
    subtype = event.get("subtype") if isinstance(event, dict) else None
    if subtype not in {*_SUBTYPES, _CHANGED}:
        return None
    message = MessageEnvelope.model_validate(body)
    said: WrittenMessage = message.event
    if subtype == _CHANGED:
        changed, before = message.event.message, message.event.previous_message
        if changed is None or changed.subtype not in _SUBTYPES or changed.edited is None:
            return None
        if before is not None and before.text == changed.text:
            return None
        said = changed
    if said.user is None or said.bot_id or said.ts is None:
        return None
    return IncomingMessage(
        person=Person(
            said.user,
            message.team_of(said),
            message.enterprise_of(said),
            message.installed_in,
        ),
        channel=message.event.channel,
        ts=said.ts,
        thread_ts=said.thread_ts,
        text=_asked(said.text, message.bot_user),
        event_id=message.event_id,
        attached=said.attached,
        edited_ts=said.edited.ts if said.edited else None,
        is_direct=message.is_direct,
    )


def _asked(text: str, bot_user: str | None) -> str:
    """Return what was said to the bot: what follows its mention, unless that stands before it."""
    name = f"<@{re.escape(bot_user) if bot_user else r'[UW][A-Z0-9]+'}>"
    match = re.search(name, text)
    if match is None:
        return text.strip()
    before = text[: match.start()].strip()
    # Whoever mentions it twice in a row, or again at the end, says no more by that.
    after = re.sub(rf"^(?:\s*{name})+|{name}\s*$", "", text[match.end() :])
    opened, after = _with_open_marks(text[: match.start()], after.rstrip())
    after = _SEPARATORS.sub("", after, count=1)
    if not before or not after:
        return after or before
    kind = small_talk(after)
    if kind in _REQUESTS:
        return after
    if kind is not None:
        return before
    # Whoever tells others how to ask for a call asks for none: then the number is not first.
    is_all_said = has_number(before) or (has_number(after) and not only_addresses(before))
    return f"{before} {after}" if is_all_said else f"{opened}{after}"


def _with_open_marks(before: str, after: str) -> tuple[str, str]:
    """Return the marks before the bot's name that are still open behind it, and what follows.

    Words that are quoted or struck through stay so, and what closes them is not left over.
    """
    match = _OPENED.search(before.rstrip())
    opened = match[0] if match else ""
    while opened and after.startswith(_CLOSED_BY[opened[-1]]):
        opened, after = opened[:-1], after[1:]
    quote = "> " if _QUOTED.search(before) else ""
    return quote + opened, after
