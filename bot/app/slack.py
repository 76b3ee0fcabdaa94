"""The ways to Slack: the workspaces with their tokens, and what writes to people in them."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

import aiohttp
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.storage import Storage
from bot.metrics import Metrics
from bot.network import Network, Session
from bot.settings import Settings
from bot.slack.api import SlackApi
from bot.slack.home_tabs import Home
from bot.slack.installed_workspaces import InstalledWorkspaces
from bot.slack.names import Names
from bot.slack.own_workspace import OwnWorkspace
from bot.slack.response_urls import ResponseUrls
from bot.slack.thread import Thread
from bot.slack.token_watch import TokenWatch
from bot.slack.workspaces import OneWorkspace, Workspaces
from bot.storage.installations import Installations
from bot.watching import Troubled

# A step makes up to seven requests to Slack and must end within its lease.
_REQUESTS_IN_A_LEASE: Final = 8

Connect = Callable[[SecretStr | None], SlackApi]


@dataclass(frozen=True)
class Slack:
    """What writes to Slack; `connect` reaches its Web API with a token.

    `token` tells how the one in the settings is; without one, `installed` are the workspaces in
    which the bot was installed by OAuth.
    """

    session: Session
    connect: Connect
    workspaces: Workspaces
    token: Troubled | None
    installed: InstalledWorkspaces | None
    names: Names
    home: Home
    thread: Thread


async def reach_slack(
    settings: Settings,
    storage: Storage,
    network: Network,
    metrics: Metrics,
    stack: AsyncExitStack,
) -> Slack:
    """Return the ways to Slack; it may be away."""
    session = await stack.enter_async_context(
        network.session(settings.slack_api_url, seconds=settings.request_timeout)
    )
    timeout = settings.lease / _REQUESTS_IN_A_LEASE
    connect = partial(_connect, settings, session, metrics, timeout)
    workspaces: Workspaces
    token, installed = None, None
    if settings.slack_bot_token is None:
        workspaces = installed = InstalledWorkspaces(storage.installations, connect)
        await installed.start()
    else:
        known = Installations(storage.database, settings.slack_bot_token)
        own = OwnWorkspace(connect(settings.slack_bot_token), known)
        await own.recall()
        token = await stack.enter_async_context(TokenWatch(own, metrics))
        workspaces = OneWorkspace(own)
    names = Names(workspaces)
    home = Home(storage.lists, workspaces, storage.settings, names, command=settings.slack_command)
    response_urls = ResponseUrls(settings.slack_api_url, session, metrics, timeout=timeout)
    return Slack(
        session,
        connect,
        workspaces,
        token,
        installed,
        names,
        await stack.enter_async_context(home),
        Thread(workspaces, names, response_urls),
    )


def _connect(
    settings: Settings,
    session: Session,
    metrics: Metrics,
    timeout: float,
    token: SecretStr | None,
) -> SlackApi:
    return SlackApi(web_client(settings.slack_api_url, session, token), metrics, timeout=timeout)


def web_client(url: str, session: Session, token: SecretStr | None = None) -> AsyncWebClient:
    """Return a client that repeats no request by itself, without the token where it is given."""
    # By default a request whose connection was lost is repeated: a message twice.
    plain = token.get_secret_value() if token else None
    return AsyncWebClient(
        token=plain,
        base_url=url,
        # It has all that the SDK asks of one.
        session=cast("aiohttp.ClientSession", session),
        retry_handlers=[],
    )
