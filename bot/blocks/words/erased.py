"""What is said in place of the content of a call that was erased."""

from typing import Final

from bot.core.calls.call import Call
from bot.core.phone import format_international

ERASED: Final = "What this call was about has been erased."


def number_of(call: Call) -> str:
    """Return the number that was to be called in international format, or that it was erased."""
    return format_international(call.recipient) if call.recipient else "an erased number"


def prompt_of(call: Call) -> str:
    """Return what was asked, or that it was erased."""
    return call.prompt if call.erased_at is None else ERASED
