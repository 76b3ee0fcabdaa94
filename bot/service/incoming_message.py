"""A message to the bot, as the service takes it."""

from dataclasses import dataclass

from bot.core.person import Person
from bot.core.reading.reader import Reading
from bot.core.request import CallRequest


@dataclass(frozen=True)
class IncomingMessage:
    """A message to the bot, as its person typed it, with what was forwarded in `attached`.

    `edited_ts` is that of an edit, `scope` what tells its key from those of other workspaces;
    `is_direct` is whether nobody else reads what it is answered.
    """

    person: Person
    channel: str
    ts: str
    thread_ts: str | None
    text: str
    event_id: str
    attached: str = ""
    edited_ts: str | None = None
    scope: str = ""
    is_direct: bool = False

    @property
    def key(self) -> str:
        """What the message is known by, however often and in whatever event it is delivered."""
        return f"{self.scope}message:{self.channel}:{self.ts}"

    @property
    def former_key(self) -> str:
        """What version 0.1.0 knew the message by, which may have taken it before an upgrade."""
        return f"event:{self.event_id}"

    @property
    def root_ts(self) -> str:
        """The thread that answers belong into."""
        return self.thread_ts or self.ts


def call_request(
    written: IncomingMessage, team: str, reading: Reading, *, request_key: str | None = None
) -> CallRequest:
    """Return what a message asks for, as it was read."""
    return CallRequest(
        request_key=request_key or written.key,
        team=team,
        enterprise=written.person.enterprise,
        requester=written.person.id,
        channel=written.channel,
        thread_ts=written.root_ts,
        recipient=reading.recipient or "",
        prompt=reading.prompt,
    )
