"""`ringback check`: what works, what does not, and what to do about it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import aiohttp
import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import SchemaError, SlackUnavailable
from bot.manifest import scopes
from bot.settings import Settings
from bot.slack.api import refusal_in
from bot.storage import migrations
from bot.storage.database import Database

_SECONDS: Final = 10.0
# What the SDK raises over a 200 whose body is text or a list.
_SDK_ERRORS: Final = (ValueError, AttributeError)
_START: Final = "start `ringback serve`, and see where your proxy or tunnel leads"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not `ok`."""

    what: str
    ok: bool
    found: str
    advice: str = ""


async def findings(settings: Settings) -> list[Finding]:
    """Return everything that can be found out without making a call."""
    mode = "Socket Mode" if settings.socket_mode else "HTTP mode"
    found = [Finding("settings", True, f"complete, {mode}")]
    found += [finding async for finding in _slack(settings)]
    found.append(await _database(settings))
    found.append(await _public_url(settings))
    return found


def table(found: list[Finding]) -> str:
    """Return the findings as a table for a terminal."""
    width = max(len(finding.what) for finding in found)
    lines: list[str] = []
    for finding in found:
        lines.append(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what:{width}}  {finding.found}")
        if finding.advice:
            lines.append(f"      {'':{width}}  → {finding.advice}")
    return "\n".join(lines)


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        timeout=round(_SECONDS),
        retry_handlers=[],
    )
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        refusal = refusal_in(error)
        if isinstance(refusal, SlackUnavailable):
            yield Finding("Slack", False, f"no answer ({refusal.code})",
                          "try again in a minute; see whether SLACK_API_URL is right")  # fmt: skip
            return
        yield Finding("Slack: SLACK_BOT_TOKEN", False, refusal.code,
                      "copy the Bot User OAuth Token again (OAuth & Permissions)")  # fmt: skip
        return
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        yield Finding("Slack", False, f"not reached ({type(error).__name__})",
                      "see whether SLACK_API_URL can be reached from here")  # fmt: skip
        return
    except _SDK_ERRORS:
        yield Finding("Slack", False, "something else answers",
                      "see whether SLACK_API_URL is right")  # fmt: skip
        return
    yield Finding("Slack: SLACK_BOT_TOKEN", True, f"{answer.get('user')} in {answer.get('team')}")
    granted = set(answer.headers.get("x-oauth-scopes", "").replace(" ", "").split(",")) - {""}
    yield _scopes(granted)
    if settings.slack_app_token is not None:
        yield await _app_token(client, settings.slack_app_token.get_secret_value())


def _scopes(granted: set[str]) -> Finding:
    """Compare what the token has with what the manifest asks for."""
    what, asked = "Slack: scopes", scopes()
    if missing := sorted(asked - granted):
        return Finding(what, False, f"missing: {', '.join(missing)}",
                       "add them (OAuth & Permissions), then reinstall the app")  # fmt: skip
    if spare := sorted(granted - asked):
        return Finding(what, True, f"as the manifest asks, and more: {', '.join(spare)}",
                       "they are not needed: take them away (OAuth & Permissions)")  # fmt: skip
    return Finding(what, True, ", ".join(sorted(granted)))


async def _app_token(client: AsyncWebClient, token: str) -> Finding:
    what = "Slack: SLACK_APP_TOKEN"
    try:
        await client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        return Finding(what, False, refusal_in(error).code,
                       "make one with connections:write (Basic Information)")  # fmt: skip
    except (aiohttp.ClientError, OSError, TimeoutError, *_SDK_ERRORS) as error:
        return Finding(what, False, type(error).__name__, "try again in a minute")
    return Finding(what, True, "Socket Mode can connect")


async def _database(settings: Settings) -> Finding:
    async with Database.open(settings.database_url.get_secret_value()) as database:
        try:
            async with asyncio.timeout(_SECONDS):
                current = await migrations.is_current(database.engine)
        except (SchemaError, TimeoutError) as error:
            return Finding("database", False, str(error) or "no answer",
                           "see whether DATABASE_URL is right and the server runs")  # fmt: skip
    if current:
        return Finding("database", True, "reached, schema up to date")
    return Finding(
        "database",
        True,
        "reached, schema not up to date",
        "`ringback serve` updates it at start"
        if settings.migrate_at_start
        else "run `ringback migrate`",
    )


async def _public_url(settings: Settings) -> Finding:
    url = settings.public_url
    if url is None:
        return Finding("PUBLIC_URL", True, "not set: results are polled for, not called back")
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            answer = await client.get(f"{url}/healthz")
    except httpx.HTTPError as error:
        return Finding("PUBLIC_URL", False, f"not reached ({type(error).__name__})",
                       _START)  # fmt: skip
    if _is_ours(answer):
        return Finding("PUBLIC_URL", True, "reaches this bot")
    return Finding("PUBLIC_URL", False, f"something else answers ({answer.status_code})",
                   _START)  # fmt: skip


def _is_ours(answer: httpx.Response) -> bool:
    try:
        told = answer.json()
    except ValueError:
        return False
    return answer.is_success and isinstance(told, dict) and told.get("app") == "ringback"
