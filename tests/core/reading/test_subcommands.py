"""What is typed behind the slash command, written to the bot instead."""

import pytest

from bot.core.reading.subcommands import subcommand_in


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("unblock +1 415-555-2671", "unblock +1 415-555-2671"),
        ("Block (415) 555-2671.", "block (415) 555-2671"),
        ("block", "block"),
        ("Pause", "pause"),
        ("resume all calls!", "resume"),
        ("audit", "audit"),
        ("forget +1 415-555-2671", "forget +1 415-555-2671"),
        ("forget <@U012AB3CD>", "forget U012AB3CD"),
        ("forget U012AB3CD", "forget U012AB3CD"),
        ("forget", "forget"),
    ],
)
def test_what_belongs_behind_the_command_is_told_apart(text: str, typed: str) -> None:
    assert subcommand_in(text) == typed


@pytest.mark.parametrize(
    "text",
    [
        "block my card, call +1 415-555-2671",
        "forget it",
        "Forget about that",
        "forget me not, +1 415-555-2671",
        "pause my subscription at +1 415-555-2671",
        "+1 415-555-2671 unblock my account",
        "resume the order with +1 415-555-2671",
        "hi",
        "",
    ],
)
def test_what_a_call_is_for_is_none(text: str) -> None:
    assert subcommand_in(text) is None
