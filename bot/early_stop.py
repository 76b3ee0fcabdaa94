"""Imported before all else: makes a start safe while the rest is still being loaded.

SIGTERM ends it with 0, Ctrl-C as a shell expects it: nothing is open by then that could be left
half done. Once all is loaded, `loaded` gives Ctrl-C back to Python, and once the loop runs,
`app.serve` takes over. A standard stream that was closed (`2>&-`) leads to nowhere, or a file or
connection that is opened later would get its number, and lines meant for a terminal.
"""

import os
import signal
import sys

# What a shell makes of SIGINT.
INTERRUPTED = 130

if sys.argv[1:2] == ["serve"]:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def _end(*_: object) -> None:
    os._exit(INTERRUPTED)


def loaded() -> None:
    """Let Ctrl-C raise `KeyboardInterrupt` again, which the event loop knows how to take."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


# Not where a shell lets it be ignored, in the background.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _end)

for number in range(3):
    try:
        os.fstat(number)
    except OSError:
        # The lowest that is free is taken.
        os.open(os.devnull, os.O_RDWR)
if sys.stdout is None:
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
if sys.stderr is None:
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
