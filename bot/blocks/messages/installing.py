"""What the person who installed the bot is told in a direct message."""

from typing import Final

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, SectionBlock

from bot.blocks.actions import OPEN_SETTINGS
from bot.blocks.formatting.text import markdown
from bot.blocks.messages.message import Message

_LABEL: Final = "Set it up: open the settings of this workspace"


def welcome_message(command: str) -> Message:
    """Return what comes right after installing: three lines, and the way to the settings."""
    text = (
        "Thanks for adding me. I make phone calls and post the outcome in a thread.\n"
        "One step is left: enter your workspace's CallCow key, and check the calling rules.\n"
        f"Then anyone here can type `{command} +1 415-555-2671, ask whether they're open Sunday`."
    )
    set_up = ButtonElement(
        text="Set it up", action_id=OPEN_SETTINGS, style="primary", accessibility_label=_LABEL
    )
    blocks = [SectionBlock(text=markdown(text)), ActionsBlock(elements=[set_up])]
    return Message.of(text, blocks)


def scopes_message(install_url: str) -> Message:
    """Return that the bot has come to need more than it was allowed when it was installed."""
    text = (
        "I've been updated, and some new features need permissions that I don't have here.\n"
        f"Everything else still works. To allow them, add me again: <{install_url}>"
    )
    return Message.of(text, [SectionBlock(text=markdown(text))])
