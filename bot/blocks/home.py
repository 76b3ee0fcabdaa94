"""A person's calls, in the home tab and as the answer to `/call list`."""

from collections.abc import Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks.actions import PLACE_CALL, cancel_button
from bot.blocks.help import ways_in
from bot.blocks.links import Links
from bot.blocks.message import Message, fits
from bot.blocks.text import date, markdown, shown
from bot.core.call import Call, Progress
from bot.core.outcome import outcome_of
from bot.core.phone import format_international

SCHEDULED_MAX: Final = 10
RECENT_MAX: Final = 10
_PROMPT_MAX: Final = 100
_GOING_ON: Final = {
    Progress.SCHEDULED: "🗓️ *Scheduled*",
    Progress.STARTING: "☎️ *Being placed*",
    Progress.CALLING: "☎️ *On the phone*",
    Progress.UNCONFIRMED: "❔ *Not confirmed*",
}


def home_tab(
    scheduled: Sequence[Call], recent: Sequence[Call], links: Links, command: str
) -> dict[str, Any]:
    """Return the home tab: a button for a call, what is scheduled, and the last calls."""
    place = ButtonElement(
        text="Place a call",
        action_id=PLACE_CALL,
        style="primary",
        accessibility_label="Open the form that places a call",
    )
    blocks: list[Block] = [ActionsBlock(elements=[place]), *_calls(scheduled, recent, links)]
    if not scheduled and not recent:
        blocks.append(SectionBlock(text=markdown(_no_calls(command))))
    return View(type="home", blocks=blocks).to_dict()


def list_message(
    scheduled: Sequence[Call], recent: Sequence[Call], links: Links, command: str
) -> Message:
    """Return the same as a message for one person only."""
    if not scheduled and not recent:
        text = _no_calls(command)
        return Message.of(text, [SectionBlock(text=markdown(text))])
    shown_scheduled, blocks = len(scheduled[:SCHEDULED_MAX]), _calls(scheduled, recent, links)
    while not fits(blocks) and recent:
        recent = recent[:-1]
        blocks = _calls(scheduled, recent, links)
    text = f"Your calls: {shown_scheduled} scheduled, and the last {len(recent)}."
    return Message.of(text, blocks)


def _no_calls(command: str) -> str:
    return f"You have placed no calls yet. These are the ways to do it:\n{ways_in(command)}"


def _calls(scheduled: Sequence[Call], recent: Sequence[Call], links: Links) -> list[Block]:
    blocks: list[Block] = []
    if scheduled:
        blocks.append(HeaderBlock(text="Scheduled"))
        blocks += [
            _scheduled(call, links, place) for place, call in enumerate(scheduled[:SCHEDULED_MAX])
        ]
        if len(scheduled) > SCHEDULED_MAX:
            blocks.append(ContextBlock(elements=[markdown("Later ones are not shown.")]))
    if scheduled and recent:
        blocks.append(DividerBlock())
    if recent:
        blocks.append(HeaderBlock(text="Recent calls"))
        blocks += [_recent(call, links) for call in recent[:RECENT_MAX]]
    return blocks


def _scheduled(call: Call, links: Links, place: int) -> Block:
    text = f"🗓️ *{format_international(call.recipient)}*, {date(call.dial_at)}{_thread(call, links)}"
    return SectionBlock(
        block_id=f"call:{call.id}",
        text=markdown(f"{text}\n{_asked(call)}"),
        accessory=cancel_button(call, place),
    )


def _recent(call: Call, links: Links) -> Block:
    if isinstance(call.progress, Progress):
        how = _GOING_ON[call.progress]
    else:
        outcome = outcome_of(call)
        how = f"{outcome.icon} *{shown(outcome.words, 100)}*"
    when = date(call.ended_at or call.requested_at)
    text = f"{how}: {format_international(call.recipient)}, {when}{_thread(call, links)}"
    return SectionBlock(text=markdown(f"{text}\n{_asked(call)}"))


def _asked(call: Call) -> str:
    """Return the beginning of the prompt in one line, so that each call takes as much room."""
    return shown(" ".join(call.prompt.split()), _PROMPT_MAX)


def _thread(call: Call, links: Links) -> str:
    url = links.to_result(call) or links.to_status(call)
    return f" · <{url}|Open the thread>" if url else ""
