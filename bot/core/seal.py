"""A seal on what the bot puts into a form and gets back: only what it put there counts. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import SecretStr

_FIELD: Final = "seal"
_PURPOSE: Final = b"ringback: what a view carries"
_JSON_MAX: Final = 3000


class Seal:
    """Seals with the first of its secrets and takes what any of them sealed."""

    def __init__(self, secrets: Sequence[SecretStr]) -> None:
        self._keys = [
            hmac.digest(secret.get_secret_value().encode(), _PURPOSE, hashlib.sha256)
            for secret in secrets
        ]

    def seal(self, carried: Mapping[str, Any]) -> str:
        """Return what is to be carried, as JSON with a seal."""
        sealed = {**carried, _FIELD: _signature(self._keys[0], carried)}
        return json.dumps(sealed, separators=(",", ":"))

    def open(self, text: str) -> dict[str, Any]:
        """Return what was sealed; nothing if the seal is missing, or not that of the content."""
        try:
            carried = json.loads(text[: _JSON_MAX + 1])
        except (ValueError, RecursionError):
            return {}
        if not isinstance(carried, dict):
            return {}
        seal = str(carried.pop(_FIELD, "")).encode(errors="replace")
        right = [hmac.compare_digest(_signature(key, carried).encode(), seal) for key in self._keys]
        return carried if any(right) else {}


def _signature(key: bytes, carried: Mapping[str, Any]) -> str:
    plain = json.dumps(carried, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(key, plain, hashlib.sha256).hexdigest()[:32]
