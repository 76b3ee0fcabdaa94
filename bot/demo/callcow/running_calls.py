"""Calls that go by themselves, each in a task that ends with the simulator."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class RunningCalls:
    """One task for each call that is going on."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, call_id: str, course: Coroutine[Any, Any, None]) -> None:
        """Let a call go on by itself."""
        task = asyncio.create_task(course, name=f"call {call_id}")
        self._tasks[call_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(call_id, None))

    def stop(self, call_id: str) -> None:
        """Let a call go no further, unless it is the one that asks for it."""
        task = self._tasks.get(call_id)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    async def stop_all(self) -> None:
        """End them all."""
        running = list(self._tasks.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
