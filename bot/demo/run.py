"""`ringback demo`: the real bot between a local Slack and a CallCow simulator, with a page."""

import asyncio
import contextlib
import random
import socket
import sys
import tempfile
import webbrowser
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from cryptography.fernet import Fernet

from bot import logs
from bot.app.serving import stop_signals
from bot.core.errors import InvalidSettings
from bot.demo.callcow.scenario import by_last_digits
from bot.demo.callcow.server import CallCowSimulator
from bot.demo.conditions import Conditions, seconds_now
from bot.demo.loopback import Loopback
from bot.demo.page.server import Page
from bot.demo.page.state import Installing
from bot.demo.restarting import RestartingBot
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA
from bot.manifest import manifest

_USUAL_PORT: Final = 3000
# Below those that systems give to outgoing connections, one of which could take it first.
_PORTS: Final = range(28_000, 32_001)
_TYPE: Final = "Type /call +1 415-555-2600, book a table for Friday 7pm, two people, under Josh"
_ADD_FIRST: Final = "Add Ringback to a workspace first: it is in none"
# A callback that never comes is polled for soon after the call should have ended.
_POLL_AFTER: Final = 7.0
_POLL_AFTER_LEAST: Final = 0.2


async def demo(*, port: int | None, pace: float, browser: bool, workspaces: bool) -> None:
    """Run the demo until SIGINT or SIGTERM; raises `InvalidSettings` if `port` is taken."""
    logs.configure("WARNING", "console")
    stop, _ = stop_signals()
    advice = _ADD_FIRST if workspaces else _TYPE
    async with running(port=port, pace=pace, workspaces=workspaces) as url:
        sys.stdout.write(f"Ringback's demo is at {url}\n{advice}\n")
        sys.stdout.flush()
        if browser:
            await asyncio.to_thread(webbrowser.open, url)
        await stop.wait()


@asynccontextmanager
async def running(
    *, port: int | None = None, pace: float = 1.0, workspaces: bool = False
) -> AsyncIterator[str]:
    """Run everything while the context is open; the value is the page's address.

    Without a `port` the usual one is taken, or any free one if that is taken. `pace` scales how
    long a call takes: 1 is about 6 s, 0 is at once. With `workspaces` there are two, and the bot is
    in neither. Raises `InvalidSettings` if `port` is taken.
    """
    async with AsyncExitStack() as stack:
        app_manifest = manifest()
        events = app_manifest["settings"]["event_subscriptions"]["bot_events"]
        slack = await stack.enter_async_context(
            LocalSlack(
                events=events,
                bot_token=None if workspaces else f"xoxb-{token_hex(16)}",
                client_secret=token_hex(16),
                signing_secret=token_hex(16),
                clock=seconds_now,
            )
        )
        callcow = await stack.enter_async_context(
            CallCowSimulator(
                scenario=by_last_digits(),
                pace=pace,
                api_key=f"ck_live_{token_hex(16)}",
                clock=seconds_now,
            )
        )
        directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="ringback-demo-"))
        settings = _settings(slack, callcow, pace, Path(directory))
        bot_url = settings["public_url"]
        slack.request_url = f"{bot_url}/slack/events"
        installing = _add_workspaces(slack, callcow, bot_url) if workspaces else None
        bot = RestartingBot(settings)
        conditions = Conditions(bot.restart)
        stack.callback(conditions.set_right)
        page = Page(slack, callcow, conditions, app_manifest["features"], installing)
        server = await _served(page, port)
        stack.push_async_callback(server.stop)
        await stack.enter_async_context(bot)
        await conditions.set_rules(())
        slack.page_url = server.url
        yield server.url


async def _served(page: Page, port: int | None) -> Loopback:
    server = Loopback(_USUAL_PORT if port is None else port)
    try:
        await server.start(page.application())
    except OSError:
        await server.stop()
        if port is not None:
            problem = f"--port: {port} cannot be listened on; leave --port out for a free one"
            raise InvalidSettings([problem]) from None
        server = Loopback()
        await server.start(page.application())
    return server


def _settings(
    slack: LocalSlack, callcow: CallCowSimulator, pace: float, directory: Path
) -> dict[str, Any]:
    """Return the bot's settings; what is in the environment or in a `.env` is not for the demo."""
    port = _free_port()
    return {
        **(_token(slack, callcow) if slack.bot_token else _app(slack)),
        "slack_signing_secret": slack.signing_secret,
        "slack_api_url": slack.api_url,
        "callcow_base_url": callcow.base_url,
        "callcow_rate_per_minute": 600,
        "public_url": f"http://127.0.0.1:{port}",
        "database_url": f"sqlite+aiosqlite:///{directory / 'demo.db'}",
        "host": "127.0.0.1",
        "port": port,
        "poll_after": max(_POLL_AFTER * pace, _POLL_AFTER_LEAST),
    }


def _token(slack: LocalSlack, callcow: CallCowSimulator) -> dict[str, str]:
    return {
        "slack_bot_token": slack.bot_token,
        "callcow_api_key": callcow.api_key,
        # She may pause calls and let numbers be called again.
        "admin_users": ADA,
    }


def _app(slack: LocalSlack) -> dict[str, str]:
    """Return what the bot is installed with; each workspace has a CallCow key of its own."""
    return {
        "slack_client_id": slack.app.client_id,
        "slack_client_secret": slack.app.client_secret,
        "encryption_keys": Fernet.generate_key().decode(),
    }


def _add_workspaces(slack: LocalSlack, callcow: CallCowSimulator, bot_url: str) -> Installing:
    """Add a second workspace to the first, each with Ada for an admin and a CallCow key."""
    slack.app.redirect_urls.append(f"{bot_url}/slack/oauth_redirect")
    slack.add_workspace("T0ANOTHER", "Another workspace")
    for workspace in slack.app.workspaces:
        workspace.people[ADA].is_admin = True
    keys = {workspace.id: callcow.add_customer() for workspace in slack.app.workspaces}
    return Installing(f"{bot_url}/slack/install", keys)


def _free_port() -> int:
    """Return a port that stays free until the bot has started, and while it starts again.

    Raises `InvalidSettings` if there is none.
    """
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise InvalidSettings(["no port is free between 28000 and 32000: end what uses them"])
