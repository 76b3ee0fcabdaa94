"""Imported before all else: makes a start safe while the rest is still being loaded.

SIGTERM ends it with 0: nothing is open by then that could be left half done. Once the loop runs,
`app.serve` takes over. A standard stream that was closed (`2>&-`) leads to nowhere, or a file or
connection that is opened later would get its number, and lines meant for a terminal.
"""

import os
import signal
import sys

if sys.argv[1:2] == ["serve"]:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))

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
