"""The shape of a shortcut's payload, chosen from anywhere or on a message."""

from pydantic import HttpUrl

from handlers.payloads.message_text import message_text
from handlers.payloads.payload import Interaction, Named, OpaqueId, Timestamp, WithContent


class Shortcut(Interaction):
    """What Slack sends when someone chooses a shortcut from anywhere."""

    trigger_id: OpaqueId


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
