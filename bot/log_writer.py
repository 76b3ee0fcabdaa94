"""Writes log lines in a thread of its own: a reader that is slow or gone holds up nobody."""

import logging
import os
import threading
from queue import Full, Queue
from typing import Final, TextIO

# Lines that wait for a slow reader; what comes on top is dropped.
_WAITING_MAX: Final = 5_000
_FLUSH_SECONDS: Final = 1.0


class LogWriter(logging.Handler):
    """Formats a record where it was made and leaves the writing to its thread."""

    def __init__(self, stream: TextIO | None, waiting_max: int = _WAITING_MAX) -> None:
        super().__init__()
        self.dropped = 0
        self._stream = stream
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._lines: Queue[bytes | threading.Event] = Queue(waiting_max)
        threading.Thread(target=self._run, name="log writer", daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record; it never blocks and never raises."""
        try:
            # What the terminal has no character for is written as its code.
            line = (self.format(record) + "\n").encode(self._encoding, "backslashreplace")
            self._lines.put_nowait(line)
        except Full:
            self.dropped += 1
        except Exception:  # noqa: BLE001
            # A line that cannot be made is no reason for what is logged to fail.
            self.dropped += 1

    def flush(self) -> None:
        """Wait until what was logged is written, but not for a reader that is gone."""
        written = threading.Event()
        try:
            self._lines.put_nowait(written)
        except Full:
            return
        written.wait(_FLUSH_SECONDS)

    def close(self) -> None:
        """Write what is left."""
        self.flush()
        super().close()

    def _run(self) -> None:
        while True:
            item = self._lines.get()
            if isinstance(item, threading.Event):
                item.set()
                continue
            try:
                self._write(item)
            except (OSError, ValueError):
                # Closed, or nobody reads it any more.
                self.dropped += 1

    def _write(self, data: bytes) -> None:
        if self._stream is None:
            return
        try:
            number = self._stream.fileno()
        except (OSError, ValueError, AttributeError):
            self._stream.write(data.decode(self._encoding))
            return
        while data:
            data = data[os.write(number, data) :]
