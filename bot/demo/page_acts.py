"""What a person does in the page, as the page sends it: each act is done in the workspace."""

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.demo.slack import LocalSlack
from bot.demo.slack_workspace import BOT_USER, Ephemeral, Message

_MENTION: Final = re.compile(r"@ringback\b", re.IGNORECASE)
_COMMAND: Final = re.compile(r"(/\S*)\s*(.*)", re.DOTALL)


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    user: str


class Write(_Act):
    """Send what stands in the composer: a command, or a message."""

    act: Literal["write"]
    channel: str
    text: Annotated[str, Field(min_length=1, max_length=40_000)]
    thread_ts: str | None = None

    async def do(self, slack: LocalSlack, commands: set[str]) -> None:
        """Deliver the command, or post the message; what is no command is said as Slack says it."""
        typed = _COMMAND.fullmatch(self.text)
        if typed is None:
            mentioned = _MENTION.sub(f"<@{BOT_USER}>", self.text)
            await slack.say(self.user, self.channel, mentioned, self.thread_ts)
            return
        command, text = typed.groups()
        if command not in commands:
            refusal = f"{command} is not a valid command. In this workspace there is /call."
        elif self.thread_ts:
            refusal = f"{command} is not supported in threads. Sorry!"
        else:
            await slack.command(self.user, self.channel, text, command)
            return
        slack.workspace.whisper(self.channel, self.user, refusal, by_slack=True)


class Submit(_Act):
    """Submit the topmost view, with what stands in its fields, by block_id."""

    act: Literal["submit"]
    view: str
    values: dict[str, str | int | None]

    async def do(self, slack: LocalSlack, _commands: set[str]) -> None:
        """Bring the form to the bot."""
        await slack.submit(self.view, self.values, self.user)


class Close(_Act):
    """Close the topmost view, which shows the one below it."""

    act: Literal["close"]
    view: str

    async def do(self, slack: LocalSlack, _commands: set[str]) -> None:
        """Take the view away."""
        slack.workspace.close_views([slack.workspace.views[self.view]])


class Press(_Act):
    """Press a button of a message, or choose an option of its menu."""

    act: Literal["press"]
    channel: str
    ts: str
    action_id: str
    value: str | None = None

    async def do(self, slack: LocalSlack, _commands: set[str]) -> None:
        """Bring the press to the bot."""
        message = _message(slack, self.channel, self.ts, self.user)
        await slack.press(message, self.action_id, self.user, self.value)


class Shortcut(_Act):
    """Choose a global shortcut, or one in the menu of a message."""

    act: Literal["shortcut"]
    callback_id: str
    channel: str | None = None
    ts: str | None = None

    async def do(self, slack: LocalSlack, _commands: set[str]) -> None:
        """Bring the shortcut to the bot."""
        if self.channel and self.ts:
            await slack.message_shortcut(self.callback_id, self.user, self.channel, self.ts)
        else:
            await slack.shortcut(self.callback_id, self.user)


Act = Annotated[Write | Submit | Close | Press | Shortcut, Field(discriminator="act")]
ACT: Final[TypeAdapter[Act]] = TypeAdapter(Act)


def _message(slack: LocalSlack, channel: str, ts: str, user: str) -> Message | Ephemeral:
    whispered = (one for one in slack.ephemerals if one.ts == ts and one.user == user)
    found = slack.workspace.message(channel, ts) or next(whispered, None)
    if found is None:
        raise LookupError("no such message")
    return found
