"""What Slack says of the bot: its tokens, its scopes, its Messages tab, and the time."""

from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from typing import Final, cast

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import utc_now
from bot.commands.check.finding import Finding
from bot.commands.check.http import not_reached
from bot.core.errors import SlackUnavailable
from bot.manifest import PURPOSES, granted_in, scopes
from bot.network import Network, Session
from bot.settings import Settings
from bot.slack.api import BAD_CREDENTIALS, refusal_in

# What the SDK raises over a 200 whose body is text or a list.
_SDK_ERRORS: Final = (ValueError, AttributeError)
# What it says of an id that is nobody's.
_NOBODY: Final = {"channel_not_found", "user_not_found", "users_not_found", "user_disabled"}
# Slack refuses nothing of ours for it, but we what is signed more than five minutes off.
_CLOCK_OFF: Final = 60.0
_CLOCK_WRONG: Final = 240.0


async def slack_findings(
    settings: Settings, session: Session, network: Network
) -> AsyncIterator[Finding]:
    """Say whether Slack takes the tokens, with all scopes, and agrees about the time."""
    token = settings.slack_bot_token
    client = AsyncWebClient(
        token=token.get_secret_value() if token is not None else None,
        base_url=settings.slack_api_url,
        session=cast("aiohttp.ClientSession", session),
        retry_handlers=[],
    )
    if token is None:
        yield await _credentials(client, settings, network)
        return
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        refusal = refusal_in(error)
        if getattr(error.response, "status_code", 0) in range(300, 400):
            yield Finding("Slack", False, "SLACK_API_URL redirects",
                          "set SLACK_API_URL to where it leads, or leave it out")  # fmt: skip
            return
        yield _no_answer(refusal.code) if isinstance(refusal, SlackUnavailable) else Finding(
            "Slack: SLACK_BOT_TOKEN", False, refusal.code,
            "copy the Bot User OAuth Token again (OAuth & Permissions)")  # fmt: skip
        return
    except (aiohttp.ClientError, OSError, TimeoutError, *_SDK_ERRORS) as error:
        yield _not_reached(error, settings, network)
        return
    yield Finding("Slack: SLACK_BOT_TOKEN", True, f"{answer.get('user')} in {answer.get('team')}")
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    yield _clock(headers.get("date"))
    yield _scopes(granted_in(headers))
    yield await _messages_tab(client, settings)
    if settings.slack_app_token is not None:
        yield await _app_token(client, settings.slack_app_token.get_secret_value())


async def _credentials(client: AsyncWebClient, settings: Settings, network: Network) -> Finding:
    """Ask for the token of a code that nobody has: Slack looks at the credentials first."""
    what = "Slack: SLACK_CLIENT_ID"
    secret = settings.slack_client_secret
    try:
        await client.oauth_v2_access(
            client_id=settings.slack_client_id or "",
            client_secret=secret.get_secret_value() if secret is not None else "",
            code="ringback-check",
            redirect_uri=f"{settings.public_url}/slack/oauth_redirect",
        )
    except SlackApiError as error:
        refusal = refusal_in(error)
        if isinstance(refusal, SlackUnavailable):
            return _no_answer(refusal.code)
        if refusal.code in BAD_CREDENTIALS:
            return Finding(what, False, refusal.code,
                           "copy the client id and secret again (Basic Information)")  # fmt: skip
    except (aiohttp.ClientError, OSError, TimeoutError, *_SDK_ERRORS) as error:
        return _not_reached(error, settings, network)
    return Finding(what, True, f"taken; workspaces install at {settings.public_url}/slack/install")


def _no_answer(code: str) -> Finding:
    return Finding("Slack", False, f"no answer ({code})",
                   "try again in a minute; see whether SLACK_API_URL is right")  # fmt: skip


def _not_reached(error: Exception, settings: Settings, network: Network) -> Finding:
    if isinstance(error, _SDK_ERRORS):
        return Finding("Slack", False, "something else answers",
                       "see whether SLACK_API_URL is right")  # fmt: skip
    advice = "see whether SLACK_API_URL can be reached from here"
    return not_reached("Slack", error, settings.slack_api_url, network, advice)


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


async def _messages_tab(client: AsyncWebClient, settings: Settings) -> Finding:
    """Ask for a direct message without a word: Slack says whether one could be sent."""
    what, code = "Slack: Messages tab", ""
    for admin in sorted(settings.admins):
        code = await _refusal_of_nothing(client, admin)
        if code == "messages_tab_disabled":
            return Finding(what, False, "turned off: the bot cannot write direct messages",
                           "turn it on, and let people send messages (App Home)")  # fmt: skip
        if code not in _NOBODY:
            break
    if not code:
        return Finding(what, True, "not looked at",
                       "name somebody in ADMIN_USERS to have it looked at; "
                       "it has to be on, and open to people's messages (App Home)")  # fmt: skip
    if code in _NOBODY:
        return Finding(what, False, f"Slack knows nobody of ADMIN_USERS ({code})",
                       "copy the member IDs again (⋮ in a person's profile)")  # fmt: skip
    if code != "no_text":
        return Finding(what, True, f"Slack did not say ({code})")
    return Finding(what, True, "direct messages can be sent")


async def _refusal_of_nothing(client: AsyncWebClient, person: str) -> str:
    """Return how Slack refuses an empty message to somebody."""
    try:
        await client.api_call("chat.postMessage", json={"channel": person, "text": ""})
    except SlackApiError as error:
        return refusal_in(error).code
    except (aiohttp.ClientError, OSError, TimeoutError, *_SDK_ERRORS) as error:
        return type(error).__name__
    return "no_text"


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
