"""Rows become calls; one that cannot be read is logged, counted and left alone.

A newer version may have written it, which goes on with it: nothing of it is changed here.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row

from bot.core.call import Call
from bot.core.reason import Reason
from bot.core.result import CallResult
from bot.core.retry_plan import PLANS
from bot.storage.column_types import UNREADABLE

# So long a row that could not be read is not looked at again.
_REST_SECONDS: Final = 60.0
# More than these are not remembered; their leases keep them from being claimed at once.
_MOST_RESTING: Final = 200
# One row is logged so seldom, and all of them no more than so many times within that time.
_LOG_AGAIN_SECONDS: Final = 3600.0
_MOST_LOGGED: Final = 20

_log = structlog.get_logger(__name__)


ReadPayload = Callable[[Mapping[str, Any]], CallResult]


def call_of(row: Row[Any], read_payload: ReadPayload | None = None) -> Call:
    """Return the call that a row holds, also one that the version before wrote.

    Of a row that has no normalized result, `read_payload` reads the raw one.
    """
    values = dict(row._mapping)
    values["attempt_number"] = values.pop("try_number")
    error, if_unanswered, _ = (values.pop(name) for name in ("error", "if_unanswered", "shown"))
    if values["retry_plan"] is None:
        values["retry_plan"] = PLANS[if_unanswered]
    if error is not None and values["reason"] is None:
        values["reason"] = Reason.legacy(error)
    if read_payload and values["result"] is not None and values["normalized_result"] is None:
        values["normalized_result"] = read_payload(values["result"])
    return Call(**values)


class CallRows:
    """Reads rows of the table `calls`, and remembers which of them cannot be read."""

    def __init__(
        self,
        read_payload: ReadPayload | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read_payload = read_payload
        self.unreadable = 0
        self._clock = clock
        self._resting: dict[UUID, float] = {}
        self._logged: dict[object, float] = {}

    def call(self, row: Row[Any]) -> Call | None:
        """Return the call, or None if the row cannot be read."""
        fields = row._mapping
        odd = [name for name, value in fields.items() if value is UNREADABLE]
        if not odd:
            return call_of(row, self._read_payload)
        self._note(fields["id"], odd)
        return None

    def calls(self, rows: Iterable[Row[Any]]) -> list[Call]:
        """Return the calls of those rows that can be read."""
        return [call for row in rows if (call := self.call(row)) is not None]

    def resting(self) -> list[UUID]:
        """Return the ids of rows that could not be read a moment ago: not to be claimed again."""
        now = self._clock()
        for call_id, until in list(self._resting.items()):
            if until <= now:
                self._resting.pop(call_id, None)
        return list(self._resting)

    def _note(self, call_id: object, odd: list[str]) -> None:
        self.unreadable += 1
        now = self._clock()
        if isinstance(call_id, UUID) and len(self._resting) < _MOST_RESTING:
            self._resting[call_id] = now + _REST_SECONDS
        for logged, until in list(self._logged.items()):
            if until <= now:
                self._logged.pop(logged, None)
        if call_id not in self._logged and len(self._logged) < _MOST_LOGGED:
            self._logged[call_id] = now + _LOG_AGAIN_SECONDS
            _log.error(
                "row unreadable, left alone: another version may have written it",
                call=str(call_id),
                columns=odd,
            )
