"""The bot's removal from the workspace: after it nothing is dialed any more."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.service.calls import CallService
from handlers.payloads.events import Removal


def register(app: AsyncApp, service: CallService) -> None:
    """Answer `app_uninstalled` and `tokens_revoked` on `app`."""

    async def removed(body: dict[str, Any]) -> None:
        removal = Removal.model_validate(body)
        # A person who takes their own token back does not take the bot away.
        if removal.event.type == "app_uninstalled" or removal.event.tokens.bot:
            await service.uninstalled(removal.installed_in, removal.at)

    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(removed)
