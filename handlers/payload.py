"""The parts of Slack's payloads that the doors read, checked: anything else is malformed."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

SlackId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,40}$")]
# Ids that are only compared, never shown: printable, so that every database takes them.
OpaqueId = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]


class Payload(BaseModel):
    """A part of a payload; what is not named here is ignored, and no error shows its values."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


Thing = dict[str, Any] | str | None


class ViewHead(Payload):
    """What Bolt reads of a view."""

    type: str
    callback_id: str | None = None


class Event(Payload):
    """What Bolt reads of an event."""

    type: str | None = None
    user: Thing = None
    channel: Thing = None


class Envelope(Payload):
    """What Bolt reads of an interaction or an event to find out who is to answer it."""

    type: str
    callback_id: str | None = None
    action_id: str | None = None
    team: Thing = None
    enterprise: Thing = None
    user: Thing = None
    channel: Thing = None
    view: ViewHead = ViewHead(type="none")
    event: Event = Event()
    authorizations: list[dict[str, Any]] | None = None
    message: dict[str, Any] = {}
    container: dict[str, Any] = {}
    actions: Annotated[list[dict[str, Any]], Field(min_length=1)] = [{}]


class SlashCommand(Payload):
    """What Slack sends when someone types the command."""

    team_id: SlackId
    enterprise_id: SlackId | None = None
    channel_id: SlackId
    user_id: SlackId
    text: str = ""
    trigger_id: OpaqueId
    response_url: HttpUrl


class Named(Payload):
    """Something that has an id."""

    id: SlackId


class Person(Named):
    """Who did it, and of which team."""

    team_id: SlackId | None = None


class FormField(Payload):
    """What stands in one field of a form."""

    value: str | None = None
    selected_conversation: SlackId | None = None


class State(Payload):
    """What stands in the fields of a form, by block and action."""

    values: dict[str, dict[str, FormField]]


class SubmittedView(Payload):
    """A form as it was submitted."""

    id: OpaqueId
    private_metadata: str
    state: State

    def text(self, name: str) -> str:
        """Return what was typed in the field of that name, empty for nothing."""
        return self._field(name).value or ""

    def conversation(self, name: str) -> str | None:
        """Return the conversation chosen in the field of that name."""
        return self._field(name).selected_conversation

    def _field(self, name: str) -> FormField:
        return self.state.values.get(name, {}).get(name, FormField())


class Interaction(Payload):
    """Who did something in Slack, and of which team."""

    team: Named | None = None
    enterprise: Named | None = None
    user: Person

    @property
    def team_id(self) -> str:
        """The team of the person, which in a shared channel can differ from the place's.

        Raises `ValueError` if there is neither.
        """
        found = self.user.team_id or (self.team.id if self.team else None)
        if found is None:
            raise ValueError("no team")
        return found


class Submission(Interaction):
    """What Slack sends when someone submits a form."""

    view: SubmittedView


class Choice(Payload):
    """An option of a menu."""

    value: str


class Action(Payload):
    """The button that was pressed, or the menu that was used: the value is an id, never data."""

    action_id: str
    value: str | None = None
    selected_option: Choice | None = None


class PressedMessage(Payload):
    """The message that a button stands on."""

    ts: str
    thread_ts: str | None = None


class Press(Interaction):
    """What Slack sends when someone presses a button of a message, a form or the home tab."""

    trigger_id: OpaqueId
    response_url: HttpUrl | None = None
    channel: Named | None = None
    message: PressedMessage | None = None
    actions: Annotated[list[Action], Field(min_length=1)]

    @property
    def call_id(self) -> str:
        """The id that the button carries, empty for none."""
        action = self.actions[0]
        chosen = action.selected_option.value if action.selected_option else action.value
        return chosen or ""
