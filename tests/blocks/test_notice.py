"""A sentence in a modal."""

import pytest

from bot.blocks import problem
from bot.blocks.notice import notice
from bot.demo.slack_limits import problems_of_view
from tests.builders import texts_in


@pytest.mark.parametrize("text", [problem.OLD_BUTTON, problem.NO_VIEW, "&amp;" * 3000])
def test_any_sentence_stays_within_slacks_limits(text: str) -> None:
    assert problems_of_view(notice(text)) == []


def test_it_says_the_sentence() -> None:
    assert "It is too late for that." in texts_in(notice("It is too late for that."))
