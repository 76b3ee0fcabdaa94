"""The house rules as people read them: what every call is told, beside what its person wrote."""

from typing import Final

from bot.blocks.inline import one_line
from bot.blocks.text import shown

_LONGEST: Final = 500
# Escaped, they may be five times as long: they share a block with other words.
_LONGEST_ESCAPED: Final = 1500


def house_rules_line(rules: str) -> str:
    """Return one line of mrkdwn with the house rules, which are not empty."""
    line = shown(one_line(rules, _LONGEST), _LONGEST_ESCAPED)
    return f"House rules, told to the AI on every call: {line}"
