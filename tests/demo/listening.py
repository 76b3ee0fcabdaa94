"""A bot that listens, a clock that a test sets, Slack's own client, and how a view is written."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.server import LocalSlack

Answer = Callable[[], web.Response]


@dataclass
class Bot:
    """A bot that keeps what it is sent, and gives the answer it was told to give."""

    payloads: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Answer = web.Response
    hold: asyncio.Event | None = None

    async def serve(self, request: web.Request) -> web.Response:
        body = await request.text()
        if request.content_type == "application/json":
            payload = json.loads(body)
        else:
            form = dict(parse_qsl(body, keep_blank_values=True))
            payload = json.loads(form["payload"]) if "payload" in form else form
        self.payloads.append(payload)
        self.headers.append(dict(request.headers))
        if self.hold:
            await self.hold.wait()
        return self.answer()

    def of(self, kind: str) -> list[Any]:
        """Return the payloads of that type, in order."""
        return [payload for payload in self.payloads if payload.get("type") == kind]

    def answers(self, content: Any) -> None:
        self.answer = lambda: web.json_response(content)


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


async def serve(handler: Any) -> tuple[str, web.AppRunner]:
    application = web.Application()
    application.router.add_post("/slack/events", handler)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events", runner


@asynccontextmanager
async def listening(slack: LocalSlack) -> AsyncIterator[Bot]:
    """Let a bot listen to a workspace while the context is open."""
    bot = Bot()
    slack.request_url, runner = await serve(bot.serve)
    yield bot
    await runner.cleanup()


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(text: str) -> dict[str, Any]:
    return {"text": plain(text), "value": text}


def input_block(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    element = {"action_id": f"{block_id}_field", **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id),
        "element": element,
        **more,
    }


def modal(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "call",
        "private_metadata": "{}",
        "title": plain("Call"),
        "submit": plain("Call"),
        "blocks": list(blocks),
    }


def client_of(slack: LocalSlack, token: str | None = None) -> AsyncWebClient:
    token = slack.bot_token if token is None else token
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[])


async def refusal(request: Awaitable[Any]) -> Any:
    with pytest.raises(SlackApiError) as caught:
        await request
    return caught.value.response


async def error_of(request: Awaitable[Any]) -> str:
    return str((await refusal(request))["error"])
