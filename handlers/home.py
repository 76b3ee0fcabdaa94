"""The home tab: brought up to date whenever a person opens it."""

import asyncio
from typing import Any, Final

import structlog
from slack_bolt.async_app import AsyncApp

from bot.service.calls import CallService
from handlers.payloads.events import HomeOpened

_SECONDS: Final = 2.5

_log = structlog.get_logger(__name__)


def register(app: AsyncApp, service: CallService) -> None:
    """Answer the opening of the home tab on `app`."""

    async def opened(body: dict[str, Any]) -> None:
        opening = HomeOpened.model_validate(body)
        if opening.event.tab != "home":
            return
        try:
            async with asyncio.timeout(_SECONDS):
                await service.show_home_tab(opening.person)
        except TimeoutError:
            _log.info("home tab not published in time")

    app.event("app_home_opened")(opened)
