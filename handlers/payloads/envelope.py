"""What Bolt reads of a payload, to find out who is to answer it."""

from typing import Annotated, Any

from pydantic import Field

from handlers.payloads.payload import Payload

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
    message: dict[str, Any] = Field(default_factory=dict)
    container: dict[str, Any] = Field(default_factory=dict)
    actions: Annotated[tuple[ActionHead, ...], Field(min_length=1)] = (
        ActionHead(action_id="none"),
    )
