"""Installing the bot by OAuth: Bolt's own flow, on our database, with pages of ours."""

import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urljoin

import aiohttp
import structlog
from pydantic import SecretStr
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.install_pages import InstallProblem, install_page, installed_page, problem_page
from bot.clock import utc_now
from bot.core.errors import SlackError, SlackUnavailable, StoreError, TokenRefused
from bot.core.membership import Installation
from bot.manifest import INSTALL_PATH, REDIRECT_PATH
from bot.slack.api import BAD_CREDENTIALS, SlackApi, refusal_in
from bot.storage.installation_store import InstallationStore

_STATE_SECONDS: Final = 600
# Whoever asks for more states than anybody needs fills no database.
_STATES_A_MINUTE: Final = 300
_HEADERS: Final = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
# Slack's and Bolt's words for why nobody was let in.
_PROBLEMS: Final = {
    "access_denied": InstallProblem.DENIED,
    "invalid_browser": InstallProblem.OTHER_BROWSER,
    "invalid_state": InstallProblem.STALE,
    "missing_code": InstallProblem.STALE,
    "invalid_code": InstallProblem.STALE,
    "storage_error": InstallProblem.NOT_SAVED,
}
# Slack's words for a code that is no good; all others are about more than that code.
_BAD_CODES: Final = {"invalid_code", "code_already_used", "code_expired"}
_MISCONFIGURED: Final = BAD_CREDENTIALS | {"bad_redirect_uri", "oauth_authorization_url_mismatch"}
# What keeps Slack from answering as it should; the SDK raises the last three over odd answers.
_FAILURES: Final = (aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError,
                    KeyError)  # fmt: skip

_log = structlog.get_logger(__name__)
# At lower levels Bolt logs codes and states.
_bolt_log: Final = logging.getLogger("slack_bolt.oauth")
_bolt_log.setLevel(logging.ERROR)


class NotInstalledByBot(BoltError):
    """Slack installed something that calls cannot be made with."""


class TooManyStates(BoltError):
    """More people want to install the bot at once than there can be."""


class States(AsyncOAuthStateStore):
    """What people come back from Slack with: each is good once."""

    def __init__(self, store: InstallationStore) -> None:
        self._store = store
        self._minute = 0
        self._issued = 0

    @property
    def logger(self) -> logging.Logger:
        """Return Bolt's logger."""
        return _bolt_log

    async def async_issue(self, *_: Any, **__: Any) -> str:
        """Return a new one; raises `StoreError`, and `TooManyStates`."""
        minute = int(time.monotonic() // 60)
        self._issued = self._issued + 1 if minute == self._minute else 1
        self._minute = minute
        if self._issued > _STATES_A_MINUTE:
            raise TooManyStates(f"more than {_STATES_A_MINUTE} a minute")
        state, now = str(uuid.uuid4()), utc_now()
        await self._store.issue(state, expires_at=now + timedelta(seconds=_STATE_SECONDS), now=now)
        return state

    async def async_consume(self, state: str) -> bool:
        """Take one away; return False if it is not good, or no longer; raises `StoreError`."""
        return await self._store.consume(state, utc_now())


class Tokens(AsyncInstallationStore):
    """Keeps what Slack has given; `connect` makes use of a token, `installed` is told of each."""

    def __init__(
        self,
        store: InstallationStore,
        connect: Callable[[SecretStr], SlackApi],
        installed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._connect = connect
        self._installed = installed

    @property
    def logger(self) -> logging.Logger:
        """Return Bolt's logger."""
        return _bolt_log

    async def async_save(self, installation: SlackInstallation) -> None:
        """Keep an installation, as `auth.test` tells it; raises `StoreError` and `SlackError`."""
        if not installation.bot_token:
            raise NotInstalledByBot("no bot token")
        token = SecretStr(installation.bot_token)
        slack = self._connect(token)
        made = Installation.read(await slack.ask("auth.test", slack.client.auth_test()))
        if made.key is None:
            raise NotInstalledByBot("no workspace")
        granted = slack.granted or set(installation.bot_scopes or ())
        by = installation.user_id or ""
        await self._store.install(made, token=token, scopes=granted, by=by, now=utc_now())
        self._installed(made.key)
        _log.info("installed", team=made.key, by=by, org_wide=made.org_wide)


class Installing(AsyncOAuthFlow):
    """Serves the page with the button, and whoever comes back from Slack."""

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """Return the page with the button."""
        return install_page(url)

    async def run_installation(self, code: str) -> SlackInstallation | None:
        """Return what was installed, None if the code is no good.

        Raises `SlackError` for what is not the code's fault, which Bolt would take for it.
        """
        settings = self.settings
        try:
            answer = await self.client.oauth_v2_access(
                code=code,
                client_id=settings.client_id,
                client_secret=settings.client_secret,
                redirect_uri=settings.redirect_uri,
            )
        except SlackApiError as error:
            refusal = refusal_in(error)
            if refusal.code in _BAD_CODES:
                return None
            raise refusal from error
        team, organization = answer.get("team") or {}, answer.get("enterprise") or {}
        return SlackInstallation(
            app_id=answer.get("app_id"),
            enterprise_id=organization.get("id"),
            enterprise_name=organization.get("name"),
            team_id=team.get("id"),
            team_name=team.get("name"),
            bot_token=answer.get("access_token"),
            bot_scopes=answer.get("scope") or "",
            user_id=(answer.get("authed_user") or {}).get("id") or "",
            is_enterprise_install=answer.get("is_enterprise_install") or False,
        )

    @property
    def pages(self) -> Mapping[str, Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]]:
        """What is served, by path."""
        return {INSTALL_PATH: self.install, REDIRECT_PATH: self.come_back}

    async def install(self, request: AsyncBoltRequest) -> BoltResponse:
        """Return the page with the button, and the browser's own state beside it."""
        return await self._answered(self.handle_installation, request)

    async def come_back(self, request: AsyncBoltRequest) -> BoltResponse:
        """Install the bot where somebody let it in; return what they are shown."""
        return await self._answered(self.handle_callback, request)

    async def _answered(
        self,
        answer: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        request: AsyncBoltRequest,
    ) -> BoltResponse:
        try:
            response = await answer(request)
        except StoreError as error:
            _log.warning("not installed", error=str(error))
            response = _problem(InstallProblem.NOT_SAVED, 503)
        except TooManyStates:
            response = _problem(InstallProblem.BUSY, 429)
            response.headers["Retry-After"] = ["60"]
        except SlackError as error:
            response = _problem(_refused(error), 400)
        except _FAILURES as error:
            _log.warning("not installed", error=type(error).__name__)
            response = _problem(InstallProblem.NO_ANSWER, 400)
        for name, value in _HEADERS.items():
            response.headers[name.lower()] = [value]
        return response


def installing(
    store: InstallationStore,
    *,
    client: AsyncWebClient,
    client_id: str,
    client_secret: SecretStr,
    authorize_url: str,
    public_url: str,
    scopes: Collection[str],
    connect: Callable[[SecretStr], SlackApi],
    installed: Callable[[str], None],
) -> Installing:
    """Return the flow; `authorize_url` is Slack's page, and `installed` is told of each key."""
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret.get_secret_value(),
        scopes=sorted(scopes),
        user_scopes=[],
        redirect_uri=public_url + REDIRECT_PATH,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=AsyncCallbackOptions(success=_succeeded, failure=_failed),
        authorization_url=authorize_url,
        installation_store=Tokens(store, connect, installed),
        state_store=States(store),
        state_expiration_seconds=_STATE_SECONDS,
        logger=_bolt_log,
    )
    return Installing(client=client, logger=_bolt_log, settings=settings)


async def _succeeded(args: AsyncSuccessArgs) -> BoltResponse:
    made = args.installation
    is_org = made.is_enterprise_install
    name = made.enterprise_name if is_org else made.team_name
    page = installed_page(
        name or "your workspace",
        slack=urljoin(args.settings.authorization_url, "/"),
        app=made.app_id,
        team=made.team_id,
    )
    return _page(page, 200, args.settings)


async def _failed(args: AsyncFailureArgs) -> BoltResponse:
    problem = _PROBLEMS.get(args.reason, InstallProblem.REFUSED)
    _log.info("not installed", why=problem.value)
    is_denied = problem is InstallProblem.DENIED
    return _page(problem_page(problem), 200 if is_denied else 400, args.settings)


def _refused(error: SlackError) -> InstallProblem:
    """Log a refusal of Slack's that is no fault of the code's, and return what it means."""
    if error.code in _MISCONFIGURED:
        _log.error("nobody can install the bot: Slack refuses the app", error=error.code)
        return InstallProblem.MISCONFIGURED
    _log.warning("not installed", error=error.code)
    is_odd = isinstance(error, SlackUnavailable | TokenRefused)
    return InstallProblem.NO_ANSWER if is_odd else InstallProblem.REFUSED


def _page(page: str, status: int, settings: AsyncOAuthSettings) -> BoltResponse:
    # The state is used up, or no good: the browser need not keep it.
    cookie = settings.state_utils.build_set_cookie_for_deletion()
    return BoltResponse(status=status, body=page, headers={"Set-Cookie": [cookie]})


def _problem(problem: InstallProblem, status: int) -> BoltResponse:
    return BoltResponse(status=status, body=problem_page(problem), headers={})
