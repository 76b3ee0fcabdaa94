"""What is said where no call can be made yet, with the button for whoever can change that."""

from slack_sdk.models.blocks import ActionsBlock, SectionBlock

from bot.blocks.actions import settings_button
from bot.blocks.formatting.text import markdown
from bot.blocks.messages.message import Message
from bot.blocks.words.user_messages import not_done
from bot.core.errors import NoCallCowKey


def no_key(error: NoCallCowKey, *, can_enter: bool) -> Message:
    """Return who can enter the CallCow key, and the way to it for one of those."""
    text = not_done(error)
    button = ActionsBlock(elements=[settings_button("Enter the key", "primary")])
    return Message.of(text, [SectionBlock(text=markdown(text)), *([button] if can_enter else [])])
