"""The event loop that `serve` and `demo` run on."""

import asyncio
import sys

import pytest
import uvloop

from bot import loop


async def kind_of_loop() -> type[asyncio.AbstractEventLoop]:
    return type(asyncio.get_running_loop())


def test_it_is_uvloops_where_it_is_installed() -> None:
    assert loop.run(kind_of_loop()) is uvloop.Loop


def test_it_is_asyncios_own_where_uvloop_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    # An entry of None makes an import fail as if nothing were installed.
    monkeypatch.setitem(sys.modules, "uvloop", None)

    own = loop.run(kind_of_loop())

    assert own.__module__.startswith("asyncio.")


def test_it_returns_what_the_coroutine_returns() -> None:
    async def answer() -> int:
        return 42

    assert loop.run(answer()) == 42
