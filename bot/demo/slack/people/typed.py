"""What Slack makes of a message that a person types."""

import re
from collections.abc import Iterator
from typing import Final

from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

_MENTION: Final = re.compile(r"(<@\w+>)")


def escape(text: str) -> str:
    """Escape what a person typed, as Slack does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(text: str) -> str:
    """Return a message as Slack sends it: escaped, `<@U…>` live, phone numbers as `<tel:…|…>`."""
    parts = _MENTION.split(text)
    return "".join(
        part if index % 2 else "".join(_with_numbers(part)) for index, part in enumerate(parts)
    )


def _with_numbers(text: str) -> Iterator[str]:
    end = 0
    for match in PhoneNumberMatcher(text, None):
        yield escape(text[end : match.start])
        number = format_number(match.number, PhoneNumberFormat.E164)
        yield f"<tel:{number}|{escape(match.raw_string)}>"
        end = match.end
    yield escape(text[end:])
