"""What is said to whoever blocks a number, stops all calls, or lets somebody be forgotten."""

from bot.core.forget import Forgotten
from bot.core.phone import format_international


def blocked(number: str, command: str, *, is_new: bool) -> str:
    """Return that a number is on the do-not-call list."""
    shown = format_international(number)
    if not is_new:
        return f"{shown} is already on the do-not-call list."
    return f"I won't call {shown} again. An admin can undo that: `{command} unblock {shown}`."


def unblocked(number: str, *, was_blocked: bool) -> str:
    """Return that a number is not on the do-not-call list."""
    shown = format_international(number)
    return f"{shown} can be called again." if was_blocked else f"{shown} wasn't blocked."


def paused(command: str, *, is_new: bool) -> str:
    """Return that nothing is dialed now."""
    begin = "Calls are paused" if is_new else "Calls were already paused"
    return f"{begin}. Nothing is dialed until an admin types `{command} resume`."


def resumed(*, were_paused: bool) -> str:
    """Return that calls go on."""
    return (
        "Calls are on again. The ones that were waiting go first."
        if were_paused
        else "Calls weren't paused."
    )


def which_number(command: str, word: str) -> str:
    """Return how the number to block or unblock is written."""
    return f"Which number? For example `{command} {word} +1 415-555-2671`."


def forgotten(gone: Forgotten, command: str) -> str:
    """Return how much was erased, and what was not."""
    calls = "1 call" if gone.calls == 1 else f"{gone.calls} calls"
    written = "1 message" if gone.questions == 1 else f"{gone.questions} messages"
    more = "" if gone.is_all else " so far"
    said = f"Erased the content of {calls} and {written} to me{more}."
    if gone.under_way:
        one = gone.under_way == 1
        some = "One of the calls wasn't" if one else f"{gone.under_way} of the calls weren't"
        which = "it, and its result" if one else "them, and their results"
        said += f" {some} over. Nothing more is dialed for {which} won't be kept."
    if not gone.is_all:
        return f"{said} There is more: type the same `{command} forget …` again."
    return f"{said} I can't erase messages in Slack or what CallCow keeps. Delete those yourself."


def whom_to_forget(command: str) -> str:
    """Return how to say whom to forget."""
    return (
        f"Who should I forget? For example `{command} forget +1 415-555-2671` or, with a member "
        f"ID from a person's profile, `{command} forget U012AB3CD`."
    )
