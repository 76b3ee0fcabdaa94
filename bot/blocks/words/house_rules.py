"""The house rules as people read them: what every call is told, beside what its person wrote."""

from typing import Final

from bot.blocks.formatting.inline import one_line

_LONGEST: Final = 500


def house_rules_line(rules: str) -> str:
    """Return one line of plain text with the house rules, which are not empty."""
    return f"House rules, given to the AI on every call: {one_line(rules, _LONGEST)}"
