"""The times that the steps of a call go by."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from bot.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The settings of the same names."""

    lease: timedelta
    dial_retry_after: timedelta
    poll_after: timedelta
    result_timeout: timedelta

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the times that the settings give in seconds."""
        return cls(
            lease=timedelta(seconds=settings.lease),
            dial_retry_after=timedelta(seconds=settings.dial_retry_after),
            poll_after=timedelta(seconds=settings.poll_after),
            result_timeout=timedelta(seconds=settings.result_timeout),
        )
