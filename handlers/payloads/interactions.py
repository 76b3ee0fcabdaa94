"""The parts of Slack's payloads that handlers read, checked: anything else is malformed."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, model_validator

from bot.core.person import Person
from handlers.payloads.message_text import message_text

SlackId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,40}$")]
# Ids that are only compared, never shown: printable, so that every database takes them.
OpaqueId = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]

Timestamp = Annotated[str, Field(pattern=r"^[0-9]{1,20}\.[0-9]{1,20}$")]


class Malformed(Exception):
    """A payload lacks what Slack always sends, though each of its parts is well-formed."""


class Payload(BaseModel):
    """A part of a payload; what is not named here is ignored, and no error shows its values."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


IdOrObject = dict[str, Any] | str | None


class ViewHead(Payload):
    """What Bolt reads of a view."""

    type: str
    callback_id: str | None = None


class EventHead(Payload):
    """What Bolt reads of an event."""

    type: str | None = None
    user: IdOrObject = None
    channel: IdOrObject = None


class ActionHead(Payload):
    """What Bolt reads of a pressed button."""

    action_id: str
    block_id: str | None = None


class Envelope(Payload):
    """What Bolt reads of an interaction or an event to find out who is to answer it."""

    type: str
    callback_id: str | None = None
    action_id: str | None = None
    team: IdOrObject = None
    enterprise: IdOrObject = None
    user: IdOrObject = None
    channel: IdOrObject = None
    view: ViewHead = ViewHead(type="none")
    event: EventHead = EventHead()
    authorizations: list[dict[str, Any]] | None = None
    message: dict[str, Any] = {}
    container: dict[str, Any] = {}
    actions: Annotated[list[ActionHead], Field(min_length=1)] = [ActionHead(action_id="none")]


class SlashCommand(Payload):
    """What Slack sends when someone types the command."""

    team_id: SlackId
    enterprise_id: SlackId | None = None
    channel_id: SlackId
    user_id: SlackId
    text: str = ""
    trigger_id: OpaqueId
    # None where it was not Slack's own.
    response_url: HttpUrl | None = None

    @property
    def person(self) -> Person:
        """Who typed it."""
        return Person(self.user_id, self.team_id, self.enterprise_id)


class Named(Payload):
    """Something that has an id."""

    id: SlackId


class Team(Named):
    """Where something was done, and in an organization, in which."""

    enterprise_id: SlackId | None = None


class User(Named):
    """Who did it, and of which team."""

    team_id: SlackId | None = None


class Choice(Payload):
    """An option of a menu, of radio buttons or of checkboxes."""

    value: str


class FormField(Payload):
    """What stands in one field of a form."""

    value: str | None = None
    selected_conversation: SlackId | None = None
    selected_option: Choice | None = None
    selected_options: list[Choice] = []
    selected_date_time: int | None = None


class State(Payload):
    """What stands in the fields of a form, by block and action."""

    values: dict[str, dict[str, FormField]]


class FilledView(Payload):
    """A form as it is filled in; its `hash` changes whenever the view does."""

    id: OpaqueId
    private_metadata: str
    hash: OpaqueId | None = None
    state: State

    def has(self, name: str) -> bool:
        """Return whether there is a field of that name."""
        return name in self.state.values

    def text(self, name: str) -> str:
        """Return what was typed in the field of that name, empty for nothing."""
        return self._field(name).value or ""

    def conversation(self, name: str) -> str | None:
        """Return the conversation chosen in the field of that name."""
        return self._field(name).selected_conversation

    def choice(self, name: str) -> str | None:
        """Return which option was chosen in the field of that name."""
        option = self._field(name).selected_option
        return option.value if option else None

    def is_checked(self, name: str) -> bool:
        """Return whether the box of that name is checked."""
        return any(option.value == name for option in self._field(name).selected_options)

    def time(self, name: str) -> int | None:
        """Return the time chosen in the field of that name, in seconds since the epoch."""
        return self._field(name).selected_date_time

    def _field(self, name: str) -> FormField:
        return self.state.values.get(name, {}).get(name, FormField())


class Interaction(Payload):
    """Who did something in Slack, and of which team."""

    team: Team | None = None
    enterprise: Named | None = None
    user: User

    @property
    def team_id(self) -> str:
        """The team of the person, which in a shared channel can differ from the place's.

        Raises `Malformed` if there is neither.
        """
        found = self.user.team_id or (self.team.id if self.team else None)
        if found is None:
            raise Malformed("no team")
        return found

    @property
    def person(self) -> Person:
        """Who did it; of which organization they are is told only by where they did it, if there.

        The envelope's own `enterprise` is that of the installation, whoever does it.
        """
        enterprise = None
        if self.team is not None and self.team.id == self.team_id:
            installed = self.enterprise.id if self.enterprise else None
            enterprise = self.team.enterprise_id or installed
        return Person(self.user.id, self.team_id, enterprise)


class Submission(Interaction):
    """What Slack sends when someone submits a form."""

    view: FilledView


class FormPress(Interaction):
    """What Slack sends when someone chooses in a form what it wants to know at once."""

    view: FilledView


class Action(Payload):
    """The button that was pressed, or the menu that was used: the value is an id, never data."""

    action_id: str
    value: str | None = None
    selected_option: Choice | None = None


class PressedView(Payload):
    """The modal or the home tab that a button stands on."""

    id: OpaqueId
    type: str
    private_metadata: str = ""


class Container(Payload):
    """What a button stands on, and in which conversation if it is a message."""

    channel_id: SlackId | None = None

    is_ephemeral: bool = False
    message_ts: Timestamp | None = None
    thread_ts: Timestamp | None = None


class Press(Interaction):
    """What Slack sends when someone presses a button of a message, a form or the home tab.

    A button's value is a call's id, with what is to be shown of the call before it and a page
    behind it where there is a choice: `ID`, `transcript:ID:2`.
    """

    trigger_id: OpaqueId
    response_url: HttpUrl | None = None
    view: PressedView | None = None
    channel: Named | None = None
    container: Container = Container()
    actions: Annotated[list[Action], Field(min_length=1)]

    @property
    def pressed_in(self) -> str | None:
        """The conversation that it was pressed in, None for a view."""
        return self.channel.id if self.channel else self.container.channel_id

    @property
    def call_id(self) -> str:
        """The id that the button carries, empty for none."""
        return self._value[1]

    @property
    def name(self) -> str:
        """What is to be shown of the call, empty for nothing in particular."""
        return self._value[0]

    @property
    def page(self) -> int:
        """Which page is to be shown, the first being 0."""
        page = self._value[2]
        return int(page) if page.isdecimal() and len(page) < 6 else 0

    @property
    def count(self) -> int:
        """The number that the button carries in place of an id, 0 for none."""
        value = self._value[1]
        return int(value) if value.isdecimal() and len(value) < 6 else 0

    @property
    def is_on_ephemeral(self) -> bool:
        """Whether the button stands on a message that one person only sees."""
        return self.container.is_ephemeral

    @property
    def thread_ts(self) -> str | None:
        """The thread of the message that the button stands on, None for one in the channel."""
        thread_ts = self.container.thread_ts
        return None if thread_ts == self.container.message_ts else thread_ts

    @property
    def _value(self) -> tuple[str, str, str]:
        action = self.actions[0]
        value = action.selected_option.value if action.selected_option else action.value
        if ":" not in (value or ""):
            return "", value or "", ""
        name, call_id, page = [*(value or "").split(":"), ""][:3]
        return name, call_id, page


class Shortcut(Interaction):
    """What Slack sends when someone chooses a shortcut from anywhere."""

    trigger_id: OpaqueId


class WithContent(Payload):
    """A message of which everything is kept that a person may see."""

    content: dict[str, Any]

    @model_validator(mode="before")
    @classmethod
    def _keep_content(cls, message: Any) -> Any:
        return {**message, "content": message} if isinstance(message, dict) else message


class ShortcutMessage(WithContent):
    """The message that a shortcut was chosen on."""

    ts: Timestamp
    thread_ts: Timestamp | None = None

    @property
    def text(self) -> str:
        """What a person sees in it, as it was typed."""
        return message_text(self.content)


class MessageShortcut(Shortcut):
    """What Slack sends when someone chooses a shortcut on a message."""

    channel: Named
    message: ShortcutMessage
    response_url: HttpUrl | None = None
