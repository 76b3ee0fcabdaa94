"""A direct message to the bot, read like a mention; its thread is in that conversation."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.service.messages import MessageService
from handlers.messages import written_in
from handlers.payloads.events import DIRECT


def register(app: AsyncApp, messages: MessageService) -> None:
    """Answer direct messages on `app`."""

    async def told(body: dict[str, Any]) -> None:
        # Messages of channels come too where somebody has subscribed to them: not said to the bot.
        if body["event"].get("channel_type") != DIRECT:
            return
        if (written := written_in(body)) is not None:
            await messages.take(written)

    app.event("message")(told)
