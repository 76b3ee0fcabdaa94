"""What `/call help` explains, to one person only."""

from slack_sdk.models.blocks import SectionBlock

from bot.blocks.message import Message
from bot.blocks.text import markdown


def help_message(command: str) -> Message:
    """Return the help for a workspace whose slash command is `command`."""
    text = (
        "I ring a number for you, an AI does the talking, and the outcome comes back in a thread.\n"
        f"• `{command} +1 415 555 2671, book a table for Friday 7pm, two people, under Josh` "
        "rings at once.\n"
        f"• `{command}` alone opens a form, where you also choose where the thread goes.\n"
        f"• `{command} help` shows this.\n"
        "Say who, what and when: the AI knows nothing else. It says that it is an AI when it calls."
    )
    return Message.of(text, [SectionBlock(text=markdown(text))])
