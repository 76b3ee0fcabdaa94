"""What `/call help` explains, to one person only: every way in."""

from slack_sdk.models.blocks import ActionsBlock, ContextBlock, SectionBlock

from bot.blocks.actions import place_call_button
from bot.blocks.formatting.text import escape, markdown, plain
from bot.blocks.messages.message import Message
from bot.blocks.words.house_rules import house_rules_line

_ADVICE = "Say who, what and when: the AI knows nothing else. It tells people that it's an AI."

_APPROVAL = "Each call waits up to a day until somebody else approves it."


def help_message(command: str, house_rules: str = "", *, needs_approval: bool = False) -> Message:
    """Return the help for a workspace whose slash command is `command`.

    `house_rules` are what every call is told besides, empty for nothing; with `needs_approval` each
    call waits for one.
    """
    text = (
        "I call a number for you, an AI does the talking, and the outcome comes back in a thread."
        f"\n\n{ways_in(command)}"
    )
    advice = _ADVICE
    if needs_approval:
        advice += f"\n{_APPROVAL}"
    if house_rules:
        advice += f"\n{house_rules_line(house_rules)}"
    blocks = [
        SectionBlock(text=markdown(text)),
        ContextBlock(elements=[plain(advice)]),
        ActionsBlock(elements=[place_call_button()]),
    ]
    return Message.of(f"{text}\n\n{escape(advice)}", blocks)


def ways_in(command: str) -> str:
    """Return how to place a call, in groups, as mrkdwn."""
    return (
        "*Quick*\n"
        f"• `{command} +1 415-555-2671, book a table for Friday 7pm, two people, under Josh`\n"
        f"• `{command} list` shows your calls.\n\n"
        "*With options*\n"
        f"• `{command}` opens a form: when to call, where the result goes, and what to do if "
        "nobody answers.\n"
        "• The shortcut *Place a call* opens it from anywhere; so does the button in my home tab."
        "\n\n"
        "*From a message or thread*\n"
        "• Mention me with a number and what the call is for; the result comes back right there.\n"
        "• Choose *Call about this* in a message's menu.\n\n"
        "*Numbers not to call*\n"
        f"• `{command} block +1 415-555-2671`, or *Never call again* below a result.\n"
        f"• Admins can `{command} unblock` a number, `{command} pause` and `{command} resume` all "
        f"calls, and `{command} forget` what is kept about somebody."
    )
