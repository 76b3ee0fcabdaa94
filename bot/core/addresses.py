"""What an address says of who is behind it, and what is wrong with it as one of a service. Pure."""

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

# https://docs.slack.dev/interactivity/handling-user-interaction, and GovSlack's.
_SLACK_HOSTS: Final = {"hooks.slack.com", "hooks.slack-gov.com"}
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?", re.IGNORECASE)
# The paths that others are told, and that are added to an address here.
_ENDINGS: Final = (
    "/slack/events",
    "/slack/install",
    "/slack/oauth_redirect",
    "/callcow/callback",
    "/call-prompt",
)


# A few hosts are asked about again and again.
@lru_cache(maxsize=64)
def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def pasted_by_mistake(url: str) -> str | None:
    """Return what keeps an address from being one of a service alone, None if nothing does."""
    parts = urlsplit(url)
    if parts.hostname is None or not (":" in parts.hostname or _HOST.fullmatch(parts.hostname)):
        return "must name one host, such as https://example.com"
    if "//" in parts.path:
        return "holds two addresses"
    for ending in _ENDINGS:
        if parts.path.rstrip("/").endswith(ending):
            return f"must end before {ending}, which is added to it"
    return None


def is_slack_response_url(url: str, api_url: str) -> bool:
    """Return whether a `response_url` leads to Slack itself.

    One on loopback does, too, if Slack's Web API is a stand-in there.
    """
    try:
        parts, api = urlsplit(url), urlsplit(api_url)
        port, login = parts.port, parts.username or parts.password
    except ValueError:
        return False
    if login is not None:
        return False
    if is_loopback(api.hostname) and is_loopback(parts.hostname):
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and parts.hostname in _SLACK_HOSTS and port in {None, 443}
