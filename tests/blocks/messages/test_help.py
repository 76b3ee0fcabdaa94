"""What `/call help` explains."""

import re

import pytest

from bot.blocks.messages.help import help_message
from bot.core.reading.reader import read_request
from tests.builders import problems_of, texts_in
from tests.rendered import rendered


@pytest.mark.parametrize("command", ["/call", "/ringback", "/" + "x" * 31])
def test_it_names_the_workspaces_own_command_in_every_way(command: str) -> None:
    message = help_message(command)

    assert f"`{command} +1 415-555-2671, " in message.text
    assert f"`{command}` opens a form" in message.text
    assert f"`{command} list` shows your calls" in message.text
    assert problems_of(message) == []


def test_its_text_says_all_that_its_blocks_say() -> None:
    message = help_message("/call")

    assert message.text.split() == texts_in(message.blocks[:2]).split()


def test_its_ways_stand_in_groups_and_a_button_opens_the_form() -> None:
    lines = rendered(help_message("/call").blocks).splitlines()

    assert [line for line in lines if line.startswith("*")] == [
        "*Quick*",
        "*With options*",
        "*From a message or thread*",
        "*Numbers not to call*",
    ]
    assert lines[-1] == "[!Place a call]"


def test_its_example_places_a_call_when_it_is_typed() -> None:
    example = re.search(r"`/call (\+[^`]+)`", help_message("/call").text)
    assert example is not None

    assert read_request(example[1], "US").is_unambiguous


def test_it_says_that_the_ai_says_that_it_is_one() -> None:
    assert "It tells people that it's an AI." in help_message("/call").text


def test_it_names_every_other_way_in() -> None:
    text = help_message("/call").text

    for way in ("Mention me", "*Call about this*", "*Place a call*", "home tab"):
        assert way in text
