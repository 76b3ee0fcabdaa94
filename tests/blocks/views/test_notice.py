"""A sentence in a modal."""

import pytest

from bot.blocks.views.notice import notice
from bot.blocks.words import user_messages
from bot.demo.slack.limits import problems_of_view
from tests.builders import texts_in


@pytest.mark.parametrize("text", [user_messages.OLD_BUTTON, user_messages.NO_VIEW, "&amp;" * 3000])
def test_any_sentence_stays_within_slacks_limits(text: str) -> None:
    assert problems_of_view(notice(text)) == []


def test_it_says_the_sentence() -> None:
    assert "It is too late for that." in texts_in(notice("It is too late for that."))
