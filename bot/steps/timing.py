"""The times that the steps of a call go by."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Timing:
    """The settings of the same names."""

    lease: timedelta
    dial_retry_after: timedelta
    poll_after: timedelta
    result_timeout: timedelta
