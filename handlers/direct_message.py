"""A direct message to the bot, read like a mention; its thread is in that conversation."""

from typing import Any, Final

from slack_bolt.async_app import AsyncApp

from bot.service.messages import MessageService
from handlers.messages import written_in

_DIRECT: Final = "im"


def register(app: AsyncApp, messages: MessageService) -> None:
    """Answer direct messages on `app`."""

    async def told(body: dict[str, Any]) -> None:
        # Messages of channels come too where somebody has subscribed to them: not said to the bot.
        if body["event"].get("channel_type") != _DIRECT:
            return
        if (written := written_in(body)) is not None:
            await messages.take(written)

    app.event("message")(told)
