"""What a person does in the page, as the page sends it: each act is done in the workspace."""

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot.demo.slack.contents import Ephemeral, Message
from bot.demo.slack.local_workspace import LocalWorkspace
from bot.demo.slack.workspace import BOT_USER

_MENTION: Final = re.compile(r"(?<![\w@<])@(\w+)")
_COMMAND: Final = re.compile(r"(/\S*)\s*(.*)", re.DOTALL)
_BOT_NAME: Final = "ringback"
_INVITE: Final = "/invite"

Value = str | int | list[str] | None


class _Act(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    user: str
    # None for the first workspace.
    team: str | None = None


class Write(_Act):
    """Send what stands in the composer: a command, or a message."""

    act: Literal["write"]
    channel: str
    text: Annotated[str, Field(min_length=1, max_length=40_000)]
    thread_ts: str | None = None

    async def do(self, slack: LocalWorkspace, commands: set[str]) -> None:
        """Deliver the command, or post the message; what is no command is said as Slack says it."""
        typed = _COMMAND.fullmatch(self.text)
        if typed is None:
            await self._say(slack)
            return
        command, text = typed.groups()
        if command == _INVITE and text.strip().lower() == f"@{_BOT_NAME}":
            self._invite(slack)
        elif not slack.workspace.is_installed:
            self._tell(slack, f"{command} is not a valid command.")
        elif command not in commands:
            self._tell(
                slack, f"{command} is not a valid command. In this workspace there is /call."
            )
        elif self.thread_ts:
            self._tell(slack, f"{command} is not supported in threads. Sorry!")
        else:
            await slack.command(self.user, self.channel, text, command)

    async def _say(self, slack: LocalWorkspace) -> None:
        text = _with_mentions(self.text, slack)
        said = await slack.say(self.user, self.channel, text, self.thread_ts)
        channel = slack.workspace.channels[self.channel]
        absent = BOT_USER not in channel.members and channel.kind != "direct"
        if f"<@{BOT_USER}>" in said.message.text and absent:
            self._tell(
                slack,
                f"You mentioned <@{BOT_USER}>, but they are not in this channel. "
                f"Type `{_INVITE} @Ringback` to invite them.",
            )

    def _invite(self, slack: LocalWorkspace) -> None:
        channel = slack.workspace.channels[self.channel]
        if channel.kind == "direct" or channel.archived:
            self._tell(slack, "Nobody can be invited here.")
            return
        channel.members.add(BOT_USER)
        self._tell(slack, f"<@{BOT_USER}> is in this channel now.")

    def _tell(self, slack: LocalWorkspace, words: str) -> None:
        slack.workspace.whisper(
            self.channel, self.user, words, by_slack=True, thread_ts=self.thread_ts
        )


class Edit(_Act):
    """Edit a message of one's own."""

    act: Literal["edit"]
    channel: str
    ts: str
    text: Annotated[str, Field(min_length=1, max_length=40_000)]

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Put the new text in its place; the bot is told where it would be of a new message."""
        message = slack.workspace.message(self.channel, self.ts)
        if message is None or message.user != self.user:
            raise LookupError("no such message of one's own")
        await slack.edit(message, _with_mentions(self.text, slack))


class Remove(_Act):
    """Remove the bot from the workspace."""

    act: Literal["remove"]

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Uninstall it, of which it is told."""
        _require_installed(slack)
        await slack.uninstall()


class Submit(_Act):
    """Submit the topmost view, with what stands in its fields, by block_id."""

    act: Literal["submit"]
    view: str
    values: dict[str, Value]

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Bring the form to the bot."""
        _require_installed(slack)
        await slack.submit(self.view, self.values, self.user)


class Close(_Act):
    """Close the topmost view, which shows the one below it; or by its cross all of them."""

    act: Literal["close"]
    view: str
    all_of_them: bool = False

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Take the view away."""
        await slack.close(self.view, all_of_them=self.all_of_them)


class Press(_Act):
    """Press a button of a message, or choose an option of its menu."""

    act: Literal["press"]
    channel: str
    ts: str
    action_id: str
    value: Value = None

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Bring the press to the bot."""
        _require_installed(slack)
        message = _message(slack, self.channel, self.ts, self.user)
        await slack.press(message, self.action_id, self.user, self.value)


class PressInView(_Act):
    """Press a button of a view, or choose a value in another element of it."""

    act: Literal["press_in_view"]
    view: str
    action_id: str
    value: Value = None
    values: dict[str, Value] = {}

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Bring the press to the bot, with what stands in the view's fields."""
        _require_installed(slack)
        await slack.press_in_view(self.view, self.action_id, self.value, self.values)


class OpenTab(_Act):
    """Open a tab of the conversation with the bot."""

    act: Literal["open_tab"]
    tab: Literal["home", "messages"]

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Tell the bot which tab is open."""
        if slack.workspace.is_installed:
            await slack.open_home(self.user, self.tab)


class Shortcut(_Act):
    """Choose a global shortcut, or one in the menu of a message."""

    act: Literal["shortcut"]
    callback_id: str
    channel: str | None = None
    ts: str | None = None

    async def do(self, slack: LocalWorkspace, _commands: set[str]) -> None:
        """Bring the shortcut to the bot."""
        _require_installed(slack)
        if self.channel and self.ts:
            await slack.message_shortcut(self.callback_id, self.user, self.channel, self.ts)
        else:
            await slack.shortcut(self.callback_id, self.user)


Act = Annotated[
    Write | Edit | Remove | Submit | Close | Press | PressInView | OpenTab | Shortcut,
    Field(discriminator="act"),
]
ACT: Final[TypeAdapter[Act]] = TypeAdapter(Act)


def _require_installed(slack: LocalWorkspace) -> None:
    """Raise `LookupError` where Slack has nobody to ask."""
    if not slack.workspace.is_installed:
        raise LookupError("Ringback is not in this workspace")


def _with_mentions(text: str, slack: LocalWorkspace) -> str:
    """Return what was typed with every @name of a person live."""
    names = {person.name: user for user, person in slack.workspace.people.items()}
    names[_BOT_NAME] = BOT_USER

    def live(match: re.Match[str]) -> str:
        user = names.get(match[1].lower())
        return f"<@{user}>" if user else match[0]

    return _MENTION.sub(live, text)


def _message(slack: LocalWorkspace, channel: str, ts: str, user: str) -> Message | Ephemeral:
    whispered = (one for one in slack.ephemerals if one.ts == ts and one.user == user)
    found = slack.workspace.message(channel, ts) or next(whispered, None)
    if found is None:
        raise LookupError("no such message")
    return found
