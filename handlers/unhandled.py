"""What nobody listens for: acknowledged where Slack would only send it again."""

from typing import Final

import structlog
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

# What the Events API sends: https://docs.slack.dev/apis/events-api. It is sent again until then.
_EVENTS: Final = {"event_callback", "app_rate_limited"}
_SHOWN: Final = 50

_log = structlog.get_logger(__name__)


def answer_unhandled(error: BoltUnhandledRequestError) -> BoltResponse:
    """Return the answer; to a person's command or click it is no, so that Slack tells them."""
    kind = error.body.get("type")
    if kind in _EVENTS:
        _log.debug("event ignored", kind=kind)
        return BoltResponse(status=200, body="")
    _log.warning("nobody answers this", kind=str(error.body.get("command") or kind)[:_SHOWN])
    return BoltResponse(status=404, body="")
