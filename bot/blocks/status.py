"""The status message: whom it calls, what for, who asked, and how far it has come."""

from typing import Final

from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, SectionBlock

from bot.blocks.actions import DIAL_NOW, button, cancel_button
from bot.blocks.links import NO_LINKS, Links
from bot.blocks.message import Message
from bot.blocks.text import SECTION_MAX, date, markdown, quoted, shown
from bot.blocks.user_messages import place_closed
from bot.core.call import Call, EndReason, Progress
from bot.core.outcome import outcome_of
from bot.core.phone import format_international
from bot.core.series import Series

_TEXT_PROMPT_MAX: Final = 300
_WORDS: Final = {
    Progress.STARTING: "Placing the call…",
    Progress.CALLING: "On the phone. The result will be posted in this thread.",
    Progress.UNCONFIRMED: (
        "CallCow did not confirm this call and may have placed it. I will not dial again; "
        "if a result comes, it will be posted in this thread."
    ),
}


def status_message(call: Call, links: Links = NO_LINKS, series: Series | None = None) -> Message:
    """Return the status message of `call` as it is now, the current attempt of its `series`."""
    before = series.before if series else None
    is_stopped = series is not None and series.is_stopped
    heading, line = _heading(call, before), _line(call, links, is_stopped=is_stopped)
    attempt = "" if before else _attempt(call)
    blocks: list[Block] = [
        SectionBlock(text=markdown(f"{heading}, asked by <@{call.requester}>{attempt}")),
        SectionBlock(text=markdown(quoted(call.prompt, SECTION_MAX))),
        ContextBlock(elements=[markdown(line)]),
    ]
    if call.place_error is not None:
        blocks.append(ContextBlock(elements=[markdown(place_closed(call))]))
    if call.can_be_changed():
        blocks.append(_actions(call))
    plain = f"{heading.replace('*', '')}{attempt}"
    return Message.of(f"{plain}: {shown(call.prompt, _TEXT_PROMPT_MAX)}", blocks)


def _heading(call: Call, before: Call | None) -> str:
    number = format_international(call.recipient)
    if before is not None:
        outcome, in_all = outcome_of(before), call.retry_plan.attempts
        return (
            f"{outcome.icon} *{shown(outcome.words, 150)}* · attempt {before.attempt_number} of "
            f"{in_all} · next try {date(call.dial_at)}: call to {number}"
        )
    if call.progress is Progress.SCHEDULED:
        return f"🗓️ *Call to {number}*, {date(call.dial_at)}"
    if call.ending is None:
        return f"☎️ *Calling {number}*"
    outcome = outcome_of(call)
    return f"{outcome.icon} *{shown(outcome.words, 150)}*: call to {number}"


def _attempt(call: Call) -> str:
    number, in_all = call.attempt_number, call.retry_plan.attempts
    return f" (attempt {number} of {in_all})" if number > 1 else ""


def _line(call: Call, links: Links, *, is_stopped: bool) -> str:
    match call.progress:
        case Progress.SCHEDULED:
            return f"I will call {date(call.dial_at)} and post the result in this thread."
        case Progress() as progress:
            return _WORDS[progress]
        case EndReason() if is_stopped and call.result_ts is None:
            return "There will be no further attempt."
        case EndReason():
            return _where_the_result_is(call, links)


def _where_the_result_is(call: Call, links: Links) -> str:
    if call.result_ts is None:
        return "The result follows."
    place = "in this thread" if call.result_in in (None, call.posted_in) else "in a direct message"
    url = links.to_result(call)
    return f"<{url}|The result> is {place}." if url else f"The result is {place}."


def _actions(call: Call) -> ActionsBlock:
    buttons = [cancel_button(call)]
    if call.progress is Progress.SCHEDULED:
        label = f"Call {format_international(call.recipient)} now, not later"
        buttons.insert(0, button("Call now", DIAL_NOW, call, label, "primary"))
    return ActionsBlock(block_id="change", elements=buttons)
