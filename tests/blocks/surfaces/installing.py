"""What the person who installed the bot is told."""

from collections.abc import Iterator

from bot.blocks.messages.installing import scopes_message, welcome_message
from bot.blocks.messages.message import Message
from bot.blocks.views.notice import notice
from bot.blocks.words.user_messages import NOT_INSTALLED
from tests.blocks.surfaces.examples import Surface


def installing_surfaces() -> Iterator[tuple[str, Surface]]:
    """Yield each, with its name."""
    yield "installing: welcome", welcome_message("/call")
    yield "installing: scopes missing", scopes_message("https://bot.example.com/slack/install")
    yield "installing: removed, answer to a command", Message(NOT_INSTALLED, [])
    yield "installing: removed, answer to a form", notice(NOT_INSTALLED)
