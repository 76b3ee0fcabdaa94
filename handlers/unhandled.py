"""Events that nobody listens for: acknowledged, or Slack would send them again."""

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

_log = structlog.get_logger(__name__)


def register(slack_app: AsyncApp) -> None:
    """Take every event that no listener before it has taken."""

    @slack_app.event(re.compile(""))
    async def ignore(event: dict[str, Any]) -> None:
        _log.debug("event ignored", type=str(event.get("type"))[:50])
