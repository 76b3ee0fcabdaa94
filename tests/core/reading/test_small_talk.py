"""What asks for no call is told from what does."""

import pytest

from bot.core.draft import DraftKind
from bot.core.reading.small_talk import says_yes, small_talk


@pytest.mark.parametrize(
    "text",
    ["help", "Help!", "HELP ", "help me, please", "what can you do?", "¿Ayuda?", "帮助", "-h"],
)
def test_help(text: str) -> None:
    assert small_talk(text) is DraftKind.HELP


@pytest.mark.parametrize("text", ["list", "List.", "my calls", "show my calls", "list all"])
def test_a_list(text: str) -> None:
    assert small_talk(text) is DraftKind.LIST


@pytest.mark.parametrize(
    "text",
    ["hi", "Hello there!", "hey 👋", "Good morning, Ringback", ":wave:", "👋🏽", "hi hi", "你好"],
)
def test_a_greeting(text: str) -> None:
    assert small_talk(text) is DraftKind.GREETING


@pytest.mark.parametrize(
    "text",
    [
        "thanks",
        "Thank you so much!",
        "thx",
        "great, thanks",
        "ok",
        ":tada:",
        "👍",
        "🙏 🎉",
        "hey, thanks!",
        "thank u!",
        "Vielen Dank!",
    ],
)
def test_thanks(text: str) -> None:
    assert small_talk(text) is DraftKind.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hi, call +1 415 555 2671 and ask for a table",
        "thanks, now ask them for 8pm",
        "help me book a table at Luigi's",
        "list the guests",
        "ask if they are open",
        "there",
        "?",
        "hi " * 40,
    ],
)
def test_anything_else_may_ask_for_a_call(text: str) -> None:
    assert small_talk(text) is None


@pytest.mark.parametrize(
    "text",
    ["yes", "Yes, please!", "ok", "Sure, go ahead", "👍🏽", ":+1:", "call them now", "ja", "はい"],
)
def test_a_yes_is_known(text: str) -> None:
    assert says_yes(text)


@pytest.mark.parametrize(
    "text", ["", "no", "yes?", "yes, but for 8pm", "not ok", "thanks", "yes no", "call me", "👎"]
)
def test_what_is_more_or_less_than_a_yes_is_none(text: str) -> None:
    assert not says_yes(text)
