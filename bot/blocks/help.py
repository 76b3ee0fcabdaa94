"""What `/call help` explains, to one person only: every way in."""

from slack_sdk.models.blocks import SectionBlock

from bot.blocks.message import Message
from bot.blocks.text import markdown


def help_message(command: str) -> Message:
    """Return the help for a workspace whose slash command is `command`."""
    text = (
        "I call a number for you, an AI does the talking, and the outcome comes back in a thread.\n"
        f"{ways_in(command)}\n"
        f"• `{command} list` shows your calls, and `{command} help` this.\n"
        "Say who, what and when: the AI knows nothing else. It says that it is an AI when it calls."
    )
    return Message.of(text, [SectionBlock(text=markdown(text))])


def ways_in(command: str) -> str:
    """Return how to place a call, a line each, as mrkdwn."""
    return (
        f"• `{command} +1 415 555 2671, book a table for Friday 7pm, two people, under Josh` "
        "calls at once.\n"
        f"• `{command}` alone opens a form, where you also choose when to call, where the thread "
        "goes, and what to do if nobody answers.\n"
        "• In a thread, or any channel I am in: mention me with a number and what the call is "
        "for; the result comes back right there.\n"
        "• On a message: its menu, *Call about this*.\n"
        "• From anywhere: the shortcut *Place a call*, or the button in my home tab."
    )
