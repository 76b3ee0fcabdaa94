"""People whom a prompt names by their ids in Slack: found, and replaced by their names. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from bot.core.reading.slack_references import without_references

# As Slack sends it (`<@U…>`, `<@U…|label>`), and as it is left when the rest is unescaped.
_PERSON: Final = re.compile(
    r"<@([UW][A-Z0-9]{1,30})(?:\|[^<>]*)?>|(?<![\w@.])@([UW][A-Z0-9]{7,30})\b"
)
# So many are asked for; nobody names more in one request.
_PEOPLE_MAX: Final = 10
_NAME_MAX: Final = 80
SOMEONE: Final = "someone on Slack"


def people_in(prompt: str) -> list[str]:
    """Return the ids of the people in a prompt, each once, no more than can be asked for."""
    found = [match[1] or match[2] for match in _PERSON.finditer(prompt)]
    return list(dict.fromkeys(found))[:_PEOPLE_MAX]


def with_names(prompt: str, names: Mapping[str, str]) -> str:
    """Return the prompt with people's names, and no other id of Slack's either.

    Whom Slack does not name is `SOMEONE`.
    """
    prompt = without_references(prompt)
    return _PERSON.sub(lambda match: names.get(match[1] or match[2], SOMEONE), prompt)


def name_in(profile: Mapping[str, object]) -> str | None:
    """Return how a person is called, by what `users.info` says of them, in one line."""
    nested = profile.get("profile")
    places = (nested if isinstance(nested, Mapping) else {}, profile)
    for key in ("real_name", "display_name", "name"):
        for place in places:
            value = place.get(key)
            text = value if isinstance(value, str) else ""
            plain = "".join(char for char in text if char.isprintable() or char.isspace())
            if name := " ".join(plain.split())[:_NAME_MAX].strip():
                return name
    return None
