"""What settings of several kinds have in common: lists, secrets and addresses, checked alike."""

import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.core.addresses import is_loopback, pasted_by_mistake

DAY: Final = 24 * 60 * 60
_ADDRESS: Final = re.compile(r"https?://[!-~]+")
# Slack's tokens of every kind, none of which is a signing secret or a key.
_TOKENS: Final = ("xoxb-", "xoxp-", "xoxe-", "xoxe.", "xapp-")


def parts_of(given: SecretStr | None) -> tuple[str, ...]:
    """Return what a comma-separated secret holds."""
    parts = given.get_secret_value().split(",") if given else ()
    return tuple(part.strip() for part in parts if part.strip())


def check_printable(secret: str) -> None:
    """Raise `ValueError` unless a secret could be one."""
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise ValueError("holds a character that no such secret has")


def check_key(secret: str) -> None:
    """Raise `ValueError` unless a secret could be a key of a service, and is none of its tokens."""
    check_printable(secret)
    if secret.startswith(_TOKENS):
        raise ValueError("holds a Slack token, which belongs elsewhere")


def checked_address(value: str, *, may_be_plain: bool = False) -> str:
    """Return the address of a service without a slash at its end; raise `ValueError` for others.

    On this machine, or where it `may_be_plain`, it need not begin with https://.
    """
    if not _ADDRESS.fullmatch(value):
        raise ValueError("is not an address such as https://example.com")
    parts = urlsplit(value)
    if parts.username is not None or parts.port == 0:
        raise ValueError("must name a host and nothing before it, and a port that exists")
    if mistake := pasted_by_mistake(value):
        raise ValueError(mistake)
    if parts.query or parts.fragment:
        raise ValueError("must end with a path, without ? and #")
    if parts.scheme != "https" and not (may_be_plain or is_loopback(parts.hostname)):
        raise ValueError("must begin with https:// unless it is on this machine")
    return value.rstrip("/")
