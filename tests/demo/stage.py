"""The page before a workspace whose bot a test plays itself, and blocks of every kind for it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

from bot.demo.callcow.server import CallCowSimulator
from bot.demo.conditions import Conditions
from bot.demo.loopback import Loopback
from bot.demo.page.server import Page
from bot.demo.slack.server import LocalSlack
from tests.demo.listening import option, plain

FEATURES: Final[dict[str, Any]] = {
    "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
    "slash_commands": [
        {"command": "/call", "description": "Have a call made", "usage_hint": "+1 415 555 2671"}
    ],
    "shortcuts": [
        {
            "name": "Call about this",
            "type": "message",
            "callback_id": "call_about_message",
            "description": "Have a call made about a message",
        },
        {
            "name": "Place a call",
            "type": "global",
            "callback_id": "place_call",
            "description": "Have a call made",
        },
    ],
}


@asynccontextmanager
async def staged(slack: LocalSlack) -> AsyncIterator[str]:
    """Serve the page while the context is open; the value is its address."""
    async with CallCowSimulator() as callcow:
        server = Loopback()
        await server.start(Page(slack, callcow, Conditions(_restart), FEATURES).application())
        yield server.url
        await server.stop()


async def _restart(_: Mapping[str, Any]) -> None:
    """There is no bot to restart: a test plays it."""


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": text.lower(), **more}


def overflow(*texts: str, **more: Any) -> dict[str, Any]:
    options = [option(text) for text in texts]
    return {"type": "overflow", "action_id": "more", "options": options, **more}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def home(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks)}
