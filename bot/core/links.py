"""Addresses of messages, for jumping from one to the other. Pure."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bot.core.calls.call import Call


@dataclass(frozen=True)
class Links:
    """Makes addresses in the workspace at `workspace_url`; none while that is not known.

    They have the form that Slack's `chat.getPermalink` answers, without asking it for each.
    """

    workspace_url: str | None = None

    def to(self, channel: str, ts: str, root_ts: str | None = None) -> str | None:
        """Return the address of a message, which is a reply where `root_ts` is another's."""
        if self.workspace_url is None:
            return None
        address = f"{self.workspace_url.rstrip('/')}/archives/{channel}/p{ts.replace('.', '')}"
        if root_ts is None or root_ts == ts:
            return address
        return f"{address}?{urlencode({'thread_ts': root_ts, 'cid': channel})}"

    def to_status(self, call: Call) -> str | None:
        """Return the address of a call's status message."""
        if call.posted_in is None or call.message_ts is None:
            return None
        return self.to(call.posted_in, call.message_ts, call.root_ts)

    def to_result(self, call: Call) -> str | None:
        """Return the address of a call's result."""
        if call.result_in is None or call.result_ts is None:
            return None
        root_ts = call.root_ts if call.result_in == call.posted_in else None
        return self.to(call.result_in, call.result_ts, root_ts)


NO_LINKS: Final = Links()
