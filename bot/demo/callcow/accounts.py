"""CallCow's customers: each has a key, calls and a rate of its own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.demo.callcow.contract import Refused
from bot.demo.callcow.keys import IdempotencyKeys
from bot.demo.callcow.rate import Rate


@dataclass(frozen=True, eq=False)
class Account:
    """What one customer has to themselves; the first has no `customer`, others their key."""

    customer: str | None
    keys: IdempotencyKeys
    rate: Rate


class Accounts:
    """All customers; the first one's `api_key` may be replaced."""

    def __init__(self, api_key: str, new: Callable[[str | None], Account]) -> None:
        self.api_key = api_key
        self._new = new
        self._first = new(None)
        self._others: dict[str, Account] = {}

    def add(self) -> str:
        """Return the key of another customer."""
        api_key = f"ck_live_{secrets.token_hex(16)}"
        self._others[api_key] = self._new(api_key)
        return api_key

    def admit(self, request: web.Request) -> Account:
        """Return whose request it is, counted in their rate; raise `Refused` with 401 or 429."""
        scheme, _, api_key = request.headers.get("Authorization", "").partition(" ")
        account = self._of(api_key if scheme == "Bearer" else "")
        account.rate.take()
        return account

    def _of(self, api_key: str) -> Account:
        if secrets.compare_digest(api_key.encode(), self.api_key.encode()):
            return self._first
        if api_key not in self._others:
            raise Refused(401, "Invalid API key")
        return self._others[api_key]
