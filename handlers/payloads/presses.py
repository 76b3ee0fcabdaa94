"""The shape of what comes from a button or a menu."""

from typing import Annotated

from pydantic import Field, HttpUrl

from handlers.payloads.payload import (
    Choice,
    Interaction,
    Named,
    OpaqueId,
    Payload,
    ShownView,
    SlackId,
    Timestamp,
)


class Action(Payload):
    """The button that was pressed, or the menu that was used: the value is an id, never data."""

    action_id: str
    value: str | None = None
    selected_option: Choice | None = None


class PressedView(ShownView):
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
