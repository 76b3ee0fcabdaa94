"""The status message: whom the call rings, what for, who asked, and how far it has come."""

from typing import Final

from slack_sdk.models.blocks import Block, ContextBlock, SectionBlock

from bot.blocks.message import Message
from bot.blocks.problem import place_closed
from bot.blocks.text import SECTION_MAX, markdown, quoted, shown
from bot.call import Call, Progress
from bot.phone import spoken
from bot.result import outcome_of

_TEXT_PROMPT_MAX: Final = 300
_WORDS: Final = {
    Progress.STARTING: "Placing the call…",
    Progress.CALLING: "On the phone. The result will be posted in this thread.",
    Progress.UNCONFIRMED: (
        "CallCow did not confirm this call and may have placed it. I will not dial again; "
        "if a result comes, it will be posted in this thread."
    ),
}


def status_message(call: Call) -> Message:
    """Return the status message of `call` as it is now."""
    heading, line = _heading(call), _line(call)
    blocks: list[Block] = [
        SectionBlock(text=markdown(f"{heading}, asked by <@{call.requester}>")),
        SectionBlock(text=markdown(quoted(call.prompt, SECTION_MAX))),
        ContextBlock(elements=[markdown(line)]),
    ]
    if call.place_error is not None:
        blocks.append(ContextBlock(elements=[markdown(place_closed(call))]))
    plain = heading.replace("*", "")
    return Message.of(f"{plain}: {shown(call.prompt, _TEXT_PROMPT_MAX)}", blocks)


def _heading(call: Call) -> str:
    number = spoken(call.recipient)
    if call.ending is None:
        return f"☎️ *Calling {number}*"
    outcome = outcome_of(call)
    return f"{outcome.icon} *{shown(outcome.words, 150)}*: call to {number}"


def _line(call: Call) -> str:
    progress = call.progress
    if isinstance(progress, Progress):
        return _WORDS[progress]
    return "The result is in this thread." if call.result_ts else "The result follows."
