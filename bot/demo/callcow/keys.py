"""Which answer a repeated idempotency key gets: one call for each key within five minutes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

KeyStored = Literal["on_arrival", "on_answer"]
Answer = dict[str, Any]

TIME_TO_LIVE: Final = 300.0


@dataclass
class _Entry:
    stored_at: float
    answer: Answer | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class IdempotencyKeys:
    """The keys of the last five minutes.

    The API reference does not say when CallCow stores a key. With "on_arrival" a retry that comes
    while the first request is at work waits for its answer. With "on_answer" a request looks for
    its key when it arrives and stores it when it is answered, so that such a retry dials twice.
    """

    def __init__(self, stored: KeyStored, clock: Callable[[], float]) -> None:
        self._stored = stored
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    @contextmanager
    def arrival(self, key: str | None) -> Iterator["Turn"]:
        """Take one request with that key from its arrival to its answer."""
        if key is None:
            yield Turn(_Entry(self._clock()), lambda: None)
            return
        own = _Entry(self._clock())
        found = self._known(key)
        if self._stored == "on_answer":
            turn = Turn(own, lambda: found)
        else:
            turn = Turn(own, lambda: self._entries.setdefault(key, own))
            if found is None:
                self._entries[key] = own
        try:
            yield turn
        finally:
            self._settle(key, own)

    def _known(self, key: str) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is None or self._clock() - entry.stored_at >= TIME_TO_LIVE:
            return None
        return entry

    def _settle(self, key: str, own: _Entry) -> None:
        if own.answer is None and self._entries.get(key) is own:
            # The request came to nothing (refused, dropped): its key is as good as never sent.
            del self._entries[key]
        elif own.answer is not None and self._stored == "on_answer":
            own.stored_at = self._clock()
            self._entries[key] = own
        own.settled.set()


class Turn:
    """One request's right to dial, or to have the answer of another one with the same key."""

    def __init__(self, own: _Entry, entry: Callable[[], _Entry | None]) -> None:
        self._own = own
        self._entry = entry

    async def answer(self, dial: Callable[[], Answer]) -> Answer:
        """Return the answer that is known for the key, or else what `dial` returns."""
        while (entry := self._entry()) is not None and entry is not self._own:
            if entry.answer is not None:
                return entry.answer
            await entry.settled.wait()
        # Refusing, `dial` raises: then there is no answer to store.
        self._own.answer = answer = dial()
        self._own.settled.set()
        return answer
