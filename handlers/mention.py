"""A mention, in a channel or in a thread: `@Ringback NUMBER WHAT FOR` is placed at once.

The result comes into that thread, and so does what anything else is answered. A mention that cannot
be saved is not acknowledged: Slack sends it again.
"""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.service.messages import MessageService
from handlers.messages import written_in


def register(app: AsyncApp, messages: MessageService) -> None:
    """Answer mentions on `app`."""

    async def mentioned(body: dict[str, Any]) -> None:
        if (written := written_in(body)) is not None:
            await messages.take(written)

    app.event("app_mention")(mentioned)
