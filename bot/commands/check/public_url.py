"""Whether this bot can be reached where CallCow is told that it is."""

from typing import Any, Final

import httpx

from bot.commands.check.finding import Finding
from bot.commands.check.http import NOT_REACHED, get, not_reached, target_of
from bot.network import Network
from bot.settings import Settings

_START: Final = "start `ringback serve`, and see where your proxy or tunnel leads"


async def public_url_finding(settings: Settings, network: Network) -> Finding:
    """Ask for the bot itself at its public address."""
    what, url = "PUBLIC_URL", settings.public_url
    if url is None:
        return Finding(what, True, "not set: results are polled for, not called back",
                       f"that CallCow can be polled at {settings.callcow_status_path} is an "
                       "assumption; set PUBLIC_URL if no results come")  # fmt: skip
    try:
        answer = await get(f"{url}/healthz", network, {})
    except NOT_REACHED as error:
        return not_reached(what, error, url, network, _START)
    if _is_ours(answer):
        return Finding(what, True, "reaches this bot")
    if answer.is_redirect:
        return Finding(what, False, f"redirects to {target_of(answer)}",
                       "set PUBLIC_URL to where it leads: "
                       "a result that is redirected is lost")  # fmt: skip
    return Finding(what, False, f"something else answers ({answer.status_code})", _START)


def _is_ours(answer: httpx.Response) -> bool:
    try:
        told: Any = answer.json()
    except ValueError:
        return False
    return answer.is_success and isinstance(told, dict) and told.get("app") == "ringback"
