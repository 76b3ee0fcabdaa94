"""What an address says of who is behind it: this machine, or Slack. Pure."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

# https://docs.slack.dev/interactivity/handling-user-interaction, and GovSlack's.
_SLACK_HOSTS: Final = {"hooks.slack.com", "hooks.slack-gov.com"}


def is_loopback(host: str | None) -> bool:
    """Return whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


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
