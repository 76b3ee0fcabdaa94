"""Imported before all else: lets SIGTERM end a start with 0 while the rest is still being loaded.

Nothing is open by then that could be left half done. Once the loop runs, `app.serve` takes over.
"""

import os
import signal
import sys

if sys.argv[1:2] == ["serve"]:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
