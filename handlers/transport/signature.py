"""Slack's signature: whether a request is signed by it, and why not."""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from pydantic import SecretStr

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}")
# Slack's own advice: what is older may be a replay.
_AGE_MAX: Final = 5 * 60


class Rejection(StrEnum):
    """Why a request was not taken for Slack's."""

    UNSIGNED = "unsigned"
    CLOCK = "clock"
    SECRET = "secret"  # noqa: S105


@dataclass(frozen=True)
class Signature:
    """What the headers of a request say: when it was signed, and the signature."""

    timestamp: str
    value: str

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Self | None:
        """Return the signature, or None if there is none that is well-formed."""
        timestamp = headers.get("X-Slack-Request-Timestamp", "")
        value = headers.get("X-Slack-Signature", "")
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(value):
            return None
        return cls(timestamp, value)

    @property
    def age(self) -> float:
        """How many seconds ago it was signed, by this machine's clock."""
        return time.time() - int(self.timestamp)

    @property
    def is_timely(self) -> bool:
        """Whether it was signed just now."""
        return abs(self.age) <= _AGE_MAX

    def is_of(self, body: bytes, secrets: Sequence[SecretStr]) -> bool:
        """Whether the body was signed with one of the secrets."""
        signed = b"v0:" + self.timestamp.encode() + b":" + body
        made = [
            "v0=" + hmac.new(secret.get_secret_value().encode(), signed, hashlib.sha256).hexdigest()
            for secret in secrets
        ]
        # Each is compared, so that the time tells nothing.
        return True in [hmac.compare_digest(one, self.value) for one in made]
