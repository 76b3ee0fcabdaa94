"""`ringback check`: what works, what does not, and what to do about it. It creates nothing."""

import asyncio
import stat
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import aiohttp
import httpx
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from socksio.exceptions import SOCKSError
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.clock import utc_now
from bot.core.errors import SchemaError, SlackUnavailable
from bot.manifest import PURPOSES, granted_in, scopes
from bot.network import Network, Session
from bot.settings import Settings
from bot.slack.api import refusal_in
from bot.storage import migrations
from bot.storage.encryption.state import LOST, MISSING, Standing, standing
from bot.storage.engine.address import read_address
from bot.storage.engine.database import Database

_SECONDS: Final = 10.0
# What the SDK raises over a 200 whose body is text or a list.
_SDK_ERRORS: Final = (ValueError, AttributeError)
_START: Final = "start `ringback serve`, and see where your proxy or tunnel leads"
# Slack refuses nothing of ours for it, but we what is signed more than five minutes off.
_CLOCK_OFF: Final = 60.0
_CLOCK_WRONG: Final = 240.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not `ok`."""

    what: str
    ok: bool
    found: str
    advice: str = ""


async def findings(settings: Settings, network: Network) -> list[Finding]:
    """Return everything that can be found out without making a call."""
    mode = "Socket Mode" if settings.socket_mode else "HTTP mode"
    found = [Finding("settings", True, f"complete, {mode}")]
    async with network.session(settings.slack_api_url, seconds=_SECONDS) as session:
        found += [finding async for finding in _slack(settings, session)]
    found.append(await _callcow(settings, network))
    found.append(await _database(settings))
    found += await _encryption(settings)
    found += _readable_by_all(settings)
    found.append(await _public_url(settings, network))
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


async def _slack(settings: Settings, session: Session) -> AsyncIterator[Finding]:
    client = AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=cast("aiohttp.ClientSession", session),
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
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    yield _clock(headers.get("date"))
    yield _scopes(granted_in(headers))
    if (tab := await _messages_tab(client, settings)) is not None:
        yield tab
    if settings.slack_app_token is not None:
        yield await _app_token(client, settings.slack_app_token.get_secret_value())


def _clock(date: str | None) -> Finding:
    what = "clock"
    try:
        told = parsedate_to_datetime(date or "")
        ahead = (utc_now() - told).total_seconds()
    except (ValueError, TypeError):
        return Finding(what, True, "Slack did not say what time it is")
    if abs(ahead) <= _CLOCK_OFF:
        return Finding(what, True, "agrees with Slack's")
    way = "ahead of" if ahead > 0 else "behind"
    found = f"{abs(ahead) / 60:.0f} min {way} Slack's"
    return Finding(what, abs(ahead) < _CLOCK_WRONG, found,
                   "set it (NTP): past 5 minutes every request of Slack's is refused, "
                   "and calls are dialed at the wrong time")  # fmt: skip


def _scopes(granted: set[str] | None) -> Finding:
    """Compare what the token has with what the manifest asks for."""
    what, asked = "Slack: scopes", scopes()
    if granted is None:
        return Finding(what, True, "Slack did not say")
    if missing := sorted(asked - granted):
        until = "; ".join(f"without {scope} {PURPOSES[scope]}" for scope in missing)
        return Finding(what, False, f"missing: {', '.join(missing)}",
                       "add them (OAuth & Permissions), then reinstall the app; "
                       f"until then: {until}")  # fmt: skip
    if spare := sorted(granted - asked):
        return Finding(what, True, f"as the manifest asks, and more: {', '.join(spare)}",
                       "they are not needed: take them away (OAuth & Permissions)")  # fmt: skip
    return Finding(what, True, ", ".join(sorted(granted)))


async def _messages_tab(client: AsyncWebClient, settings: Settings) -> Finding | None:
    """Ask for a direct message without a word: Slack says whether one could be sent."""
    what = "Slack: Messages tab"
    admin = next(iter(sorted(settings.admins)), None)
    if admin is None:
        return None
    try:
        await client.api_call("chat.postMessage", json={"channel": admin, "text": ""})
    except SlackApiError as error:
        if refusal_in(error).code == "messages_tab_disabled":
            return Finding(what, False, "turned off: the bot cannot write direct messages",
                           "turn it on, and let people send messages (App Home)")  # fmt: skip
    except (aiohttp.ClientError, OSError, TimeoutError, *_SDK_ERRORS):
        return None
    return Finding(what, True, "direct messages can be sent")


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


async def _callcow(settings: Settings, network: Network) -> Finding:
    """Ask CallCow for the workflows, which shows whether it takes the key."""
    what, url = "CallCow", f"{settings.callcow_base_url}/workflows"
    headers = {"Authorization": f"Bearer {settings.callcow_api_key.get_secret_value()}"}
    try:
        answer = await _get(url, network, headers)
    except (httpx.HTTPError, SOCKSError, OSError, TimeoutError) as error:
        return Finding(what, False, f"not reached ({type(error).__name__})",
                       "see whether CALLCOW_BASE_URL can be reached from here")  # fmt: skip
    status = answer.status_code
    if answer.is_success:
        return Finding(what, True, "takes CALLCOW_API_KEY")
    if answer.is_redirect:
        return Finding(what, False, f"CALLCOW_BASE_URL redirects to {_target(answer)}",
                       "set CALLCOW_BASE_URL to where it leads: "
                       "a call that is redirected is not placed")  # fmt: skip
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        return Finding(what, False, f"refuses CALLCOW_API_KEY ({status})",
                       "make a new key in CallCow (Settings, API Keys)")  # fmt: skip
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Finding(what, True, "busy (429)", "try again in a minute to see about the key")
    if status == httpx.codes.NOT_FOUND:
        return Finding(what, True, "answers, but not whether it takes the key (404)",
                       "see whether CALLCOW_BASE_URL is right")  # fmt: skip
    return Finding(what, False, f"answers {status}", "see whether CALLCOW_BASE_URL is right")


async def _database(settings: Settings) -> Finding:
    text = settings.database_url.get_secret_value()
    url = read_address(text)
    try:
        async with asyncio.timeout(_SECONDS):
            current = await (
                _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(text)
            )
    except (SchemaError, OSError, TimeoutError) as error:
        return Finding("database", False, str(error) or "no answer",
                       "see whether DATABASE_URL is right and the server runs")  # fmt: skip
    if current is None:
        return Finding("database", True, "no file yet", "`ringback serve` makes it at start")
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


async def _postgresql(url: str) -> bool:
    async with Database.open(url) as database:
        return await migrations.is_current(database.engine)


async def _sqlite(url: URL) -> bool | None:
    """Return whether the schema is up to date, None without a file; no file is made or changed."""
    engine = _read_only(url)
    if engine is None:
        return None
    try:
        return await migrations.is_current(engine)
    finally:
        await engine.dispose()


async def _encryption(settings: Settings) -> list[Finding]:
    """Say what of the content somebody with the database could read; nothing without one."""
    what, advice = "secrets at rest", ""
    try:
        async with asyncio.timeout(_SECONDS):
            standing = await _standing(settings)
    except (SQLAlchemyError, SchemaError, OSError, TimeoutError):
        return []
    match standing:
        case None:
            return []
        case Standing.LOCKED:
            trouble = LOST if settings.keys else MISSING
            return [Finding(what, False, *trouble.removeprefix("ENCRYPTION_KEYS: ").split(": ", 1))]
        case Standing.PLAIN:
            found = "readable in the database: numbers, prompts, results and callback secrets"
            advice = (
                "run `ringback migrate --encrypt` once every replica has ENCRYPTION_KEYS"
                if settings.keys
                else "to encrypt them, set ENCRYPTION_KEYS: `ringback new-key` prints a key"
            )
        case Standing.PARTLY:
            found = "encrypted from now on; numbers and content of earlier rows are readable"
            advice = "run `ringback migrate --reencrypt`"
        case Standing.ENCRYPTED:
            found = "encrypted"
    return [Finding(what, True, found, advice)]


async def _standing(settings: Settings) -> Standing | None:
    text = settings.database_url.get_secret_value()
    url = read_address(text)
    if url.get_backend_name() != "sqlite":
        async with Database.open(text) as database:
            return await standing(database.engine, settings.keys)
    engine = _read_only(url)
    if engine is None:
        return None
    try:
        return await standing(engine, settings.keys)
    finally:
        await engine.dispose()


def _read_only(url: URL) -> AsyncEngine | None:
    path = Path(url.database or "").absolute()
    if not path.exists():
        if not path.parent.is_dir():
            raise SchemaError(f"there is no folder {str(path.parent)!a}")
        return None
    # What another process writes now is read as it goes; else not even a lock is left behind.
    is_open = path.with_name(f"{path.name}-wal").exists()
    options = {"uri": "true", "mode": "ro"} | ({} if is_open else {"immutable": "1"})
    return create_async_engine(url.set(database=f"file:{quote(str(path))}", query=options))


def _readable_by_all(settings: Settings) -> list[Finding]:
    """Name the files with secrets in them that everybody on this machine can read."""
    url = read_address(settings.database_url.get_secret_value())
    is_file = url.get_backend_name() == "sqlite"
    files = [Path(".env"), *([Path(url.database or "")] if is_file else [])]
    if settings.secrets_dir:
        files += sorted(Path(settings.secrets_dir).iterdir())
    open_to_all = [str(path) for path in files if _is_readable_by_all(path)]
    if not open_to_all:
        return []
    names = ", ".join(map(_printable, open_to_all))
    return [Finding("files", True, f"everybody on this machine can read {names}",
                    f"chmod 600 {names}")]  # fmt: skip


def _is_readable_by_all(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & stat.S_IROTH)


def _printable(text: str) -> str:
    return text if text.isprintable() else ascii(text)


async def _public_url(settings: Settings, network: Network) -> Finding:
    what, url = "PUBLIC_URL", settings.public_url
    if url is None:
        return Finding(what, True, "not set: results are polled for, not called back",
                       f"that CallCow can be polled at {settings.callcow_status_path} is an "
                       "assumption; set PUBLIC_URL if no results come")  # fmt: skip
    try:
        answer = await _get(f"{url}/healthz", network, {})
    except (httpx.HTTPError, SOCKSError, OSError, TimeoutError) as error:
        return Finding(what, False, f"not reached ({type(error).__name__})", _START)
    if _is_ours(answer):
        return Finding(what, True, "reaches this bot")
    if answer.is_redirect:
        return Finding(what, False, f"redirects to {_target(answer)}",
                       "set PUBLIC_URL to where it leads: "
                       "a result that is redirected is lost")  # fmt: skip
    return Finding(what, False, f"something else answers ({answer.status_code})", _START)


async def _get(url: str, network: Network, headers: Mapping[str, str]) -> httpx.Response:
    client = httpx.AsyncClient(
        timeout=_SECONDS,
        trust_env=False,
        proxy=network.proxy_for(url),
        verify=network.trust or True,
    )
    async with asyncio.timeout(_SECONDS), client:
        return await client.get(url, headers=dict(headers))


def _target(answer: httpx.Response) -> str:
    """Return where a redirect leads, without what may be secret in the address."""
    try:
        parts = urlsplit(str(answer.next_request.url if answer.next_request else ""))
    except ValueError:
        return "another address"
    return _printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200])


def _is_ours(answer: httpx.Response) -> bool:
    try:
        told: Any = answer.json()
    except ValueError:
        return False
    return answer.is_success and isinstance(told, dict) and told.get("app") == "ringback"
