"""Whether CallCow can be reached and takes the key; no call is made."""

import httpx

from bot.commands.check.finding import Finding
from bot.commands.check.http import NOT_REACHED, get, not_reached, target_of
from bot.network import Network
from bot.settings import Settings


async def callcow_finding(settings: Settings, network: Network) -> Finding:
    """Ask CallCow for the workflows, which shows whether it takes the key."""
    what, url = "CallCow", f"{settings.callcow_base_url}/workflows"
    key = settings.callcow_api_key
    if key is None:
        return Finding(what, True, "no CALLCOW_API_KEY: each workspace enters its own")
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"}
    try:
        answer = await get(url, network, headers)
    except NOT_REACHED as error:
        advice = "see whether CALLCOW_BASE_URL can be reached from here"
        return not_reached(what, error, url, network, advice)
    status = answer.status_code
    if answer.is_success and _is_a_page(answer):
        return Finding(what, False, f"a web page answers ({status})",
                       "see whether CALLCOW_BASE_URL is right: it ends in /api")  # fmt: skip
    if answer.is_success:
        return Finding(what, True, "takes CALLCOW_API_KEY")
    if answer.is_redirect:
        return Finding(what, False, f"CALLCOW_BASE_URL redirects to {target_of(answer)}",
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


def _is_a_page(answer: httpx.Response) -> bool:
    """Whether it is for people: of the site beside the API, or of a network that wants a login."""
    return "html" in answer.headers.get("content-type", "")
