"""Rows become calls; one that cannot be read is logged, counted and left alone.

A newer version may have written it, which goes on with it: nothing of it is changed here.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy import Row

from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.result import CallResult
from bot.core.calls.retry_plan import PLANS
from bot.storage.lenient import UnreadableValue

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
    values["recipient"] = number_of(row)
    del values["sealed_number"], values["secret_digest"]
    error, if_unanswered, _ = (values.pop(name) for name in ("error", "if_unanswered", "shown"))
    if values["retry_plan"] is None:
        values["retry_plan"] = PLANS[if_unanswered]
    if error is not None and values["reason"] is None:
        values["reason"] = Reason.legacy(error)
    if read_payload and values["result"] is not None and values["normalized_result"] is None:
        values["normalized_result"] = read_payload(values["result"])
    return Call(**values)


def number_of(row: Row[Any]) -> str:
    """Return the number that a call is for; none is left of one that was erased."""
    number: str = row.recipient and (row.sealed_number or row.recipient)
    return number


class UnreadableRows:
    """Remembers which rows of a table cannot be read, and logs each of them now and then."""

    def __init__(self, kind: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.count = 0
        self._kind = kind
        self._clock = clock
        self._resting: dict[UUID, float] = {}
        self._logged: dict[object, float] = {}

    def resting(self) -> list[UUID]:
        """Return the ids of rows that could not be read a moment ago: not to be claimed again."""
        now = self._clock()
        for row_id, until in list(self._resting.items()):
            if until <= now:
                self._resting.pop(row_id, None)
        return list(self._resting)

    def is_noted(self, row: Row[Any]) -> bool:
        """Return whether the row cannot be read; then it is counted."""
        odd = {
            name: value.key_id
            for name, value in row._mapping.items()
            if isinstance(value, UnreadableValue)
        }
        if odd:
            self._note(row._mapping["id"], odd)
        return bool(odd)

    def _note(self, row_id: object, odd: Mapping[str, str | None]) -> None:
        self.count += 1
        now = self._clock()
        if isinstance(row_id, UUID) and len(self._resting) < _MOST_RESTING:
            self._resting[row_id] = now + _REST_SECONDS
        for logged, until in list(self._logged.items()):
            if until <= now:
                self._logged.pop(logged, None)
        if row_id not in self._logged and len(self._logged) < _MOST_LOGGED:
            self._logged[row_id] = now + _LOG_AGAIN_SECONDS
            key_id = next(filter(None, odd.values()), None)
            _log.error(
                "row unreadable, left alone: "
                + (
                    "it is encrypted with a key that is not in ENCRYPTION_KEYS"
                    if key_id
                    else "another version may have written it"
                ),
                columns=list(odd),
                **({"key_id": key_id} if key_id else {}),
                **{self._kind: str(row_id)},
            )


class CallRows:
    """Reads rows of the table `calls`."""

    def __init__(self, read_payload: ReadPayload | None = None) -> None:
        self._read_payload = read_payload
        self.unreadable = UnreadableRows("call")

    def call(self, row: Row[Any]) -> Call | None:
        """Return the call, or None if the row cannot be read."""
        return None if self.unreadable.is_noted(row) else call_of(row, self._read_payload)

    def calls(self, rows: Iterable[Row[Any]]) -> list[Call]:
        """Return the calls of those rows that can be read."""
        return [call for row in rows if (call := self.call(row)) is not None]
