"""The publisher of home tabs: one that fails is the only one that is not published."""

import asyncio

import pytest

from bot.slack.home_tabs import Home


async def test_a_tab_that_fails_in_an_unforeseen_way_is_that_tab_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    published: asyncio.Queue[str] = asyncio.Queue()

    async def show(self: Home, person: str, team: str) -> None:
        if person == "UODD":
            raise KeyError("a mistake")
        published.put_nowait(person)

    monkeypatch.setattr(Home, "show", show)
    nothing: object = None
    async with Home(nothing, nothing, nothing, nothing, command="/call") as home:  # type: ignore[arg-type]
        home.show_soon("UODD", "T1")
        home.show_soon("UADA", "T1")
        assert await asyncio.wait_for(published.get(), 10) == "UADA"
        home.show_soon("UGRACE", "T1")
        assert await asyncio.wait_for(published.get(), 10) == "UGRACE"
