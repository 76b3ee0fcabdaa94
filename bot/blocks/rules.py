"""What is said to whoever blocks a number, stops all calls, or lets somebody be forgotten."""

from bot.core.forget import Forgotten
from bot.core.phone import format_international


def blocked(number: str, command: str, *, is_new: bool) -> str:
    """Return that a number is on the do-not-call list."""
    shown = format_international(number)
    if not is_new:
        return f"{shown} was on the do-not-call list already."
    return f"I won't call {shown} again. An admin can undo that: `{command} unblock {shown}`."


def unblocked(number: str, *, was_blocked: bool) -> str:
    """Return that a number is not on the do-not-call list."""
    shown = format_international(number)
    return f"{shown} can be called again." if was_blocked else f"{shown} was not blocked."


def paused(command: str, *, is_new: bool) -> str:
    """Return that nothing is dialed now."""
    begin = "Calls are paused" if is_new else "Calls were paused already"
    return f"{begin}: what is due waits until an admin types `{command} resume`."


def resumed(*, were_paused: bool) -> str:
    """Return that calls go on."""
    return "Calls go on, those that waited first." if were_paused else "Calls were not paused."


def which_number(command: str, word: str) -> str:
    """Return how the number to block or unblock is written."""
    return f"Which number? For example `{command} {word} +1 415 555 2671`."


def forgotten(gone: Forgotten) -> str:
    """Return how much was erased, and what was not."""
    calls = "1 call" if gone.calls == 1 else f"{gone.calls} calls"
    questions = "1 question" if gone.questions == 1 else f"{gone.questions} questions"
    said = f"Erased what is kept of {calls} and {questions}."
    if gone.under_way:
        some = "One of the calls wasn't" if gone.under_way == 1 else f"{gone.under_way} weren't"
        said += f" {some} over: nothing more is dialed for it, and no result is kept."
    return f"{said} Messages in Slack stay, and so does what CallCow keeps: delete those yourself."


def whom_to_forget(command: str) -> str:
    """Return how to say whom to forget."""
    return (
        f"Whom? For example `{command} forget +1 415 555 2671` or, with a member ID from a "
        f"person's profile, `{command} forget U012AB3CD`."
    )
