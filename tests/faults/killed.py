"""`ringback serve` that kills itself at one point: `killed.py "after Store.add" 1`.

It is the real process with one method of it wrapped, so production code knows nothing of it.
"""

import itertools
import os
import signal
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from bot.__main__ import main
from bot.callcow.client import CallCow
from bot.slack.thread import Thread
from bot.storage.calls.results import Results
from bot.storage.calls.store import Store
from bot.storage.requests import Requests
from tests.forked import Program

_OWNERS: Final = {each.__name__: each for each in (CallCow, Requests, Results, Store, Thread)}


def killed(point: str, time: int = 1) -> Program:
    """Return the program that dies before or after a method's so manieth call, as `kill -9` does.

    A point is such as "before Thread.open"; "after" is once the method has done its work.
    """
    return partial(_serve, point, time)


def _serve(point: str, time: int) -> int:
    _arm(point, time)
    return main(["serve"])


def _arm(point: str, time: int) -> None:
    when, _, method_name = point.partition(" ")
    owner, _, name = method_name.partition(".")
    method: Callable[..., Awaitable[Any]] = getattr(_OWNERS[owner], name)
    calls = itertools.count(1)

    async def deadly(*arguments: Any, **options: Any) -> Any:
        is_the_one = next(calls) == time
        if is_the_one and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await method(*arguments, **options)
        if is_the_one and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(_OWNERS[owner], name, deadly)
