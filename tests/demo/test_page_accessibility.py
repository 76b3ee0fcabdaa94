"""The demo's page by axe-core, which must find nothing in any state: wide, narrow, light, dark."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from bot.demo.run import running
from tests.demo.accessibility import violations
from tests.demo.browser import Visitor, in_one_loop, visitor
from tests.world import free_port

pytestmark = [
    in_one_loop,
    pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"]),
]

NARROW = 400


class Inspection:
    """What axe-core found in each state of a page."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.found = dict[str, list[str]]()

    async def of(self, state: str) -> None:
        """Look at the page as it stands, under that name."""
        if found := await violations(self.visitor.page):
            self.found[state] = found


@asynccontextmanager
async def inspected(
    chromium: Browser, *, dark: bool, width: int = 1400, pace: float = 0
) -> AsyncIterator[tuple[Visitor, Inspection]]:
    """Open the page of a demo; leave with nothing found in any state that was looked at."""
    async with (
        running(port=free_port(), pace=pace) as url,
        visitor(chromium, url, width=width, dark=dark) as ada,
    ):
        inspection = Inspection(ada)
        yield ada, inspection
        assert inspection.found == {}


async def test_nothing_is_found_from_the_first_minute_to_the_answer(
    chromium: Browser, *, dark: bool
) -> None:
    async with inspected(chromium, dark=dark, pace=0.3) as (ada, inspection):
        await ada.page.locator(".first-minute").get_by_text("Use it in your Slack").click()
        await inspection.of("the card")
        await ada.page.get_by_label("Message #general").fill("/c")
        await expect(ada.page.locator(".completion")).to_be_visible()
        await inspection.of("a command that is completed")
        await ada.call("00")
        await expect(ada.calls.first).to_contain_text("On the line")
        await inspection.of("a call under way")
        await expect(ada.replies.nth(1)).to_contain_text("Completed")
        await inspection.of("the answer in its thread")


async def test_nothing_is_found_in_what_the_bot_answers(chromium: Browser, *, dark: bool) -> None:
    async with inspected(chromium, dark=dark) as (ada, inspection):
        await ada.call("06")
        await ada.call("01")
        await ada.type("/call help")
        await ada.type("/call list")
        await ada.type("@Ringback call +1 415 555 2600 or +1 415 555 2601")
        for said in ("Numbers not to call", "Recent calls"):
            await expect(ada.page.get_by_text(said).first).to_be_visible()
        await inspection.of("messages")
        mention = ada.messages.filter(has_text="@Ringback")
        await expect(mention.locator(".reply-bar")).to_be_visible()
        await ada.open_thread()
        await expect(ada.replies.nth(1)).to_be_visible()
        await mention.hover()
        await mention.get_by_role("button", name="More actions").click()
        await inspection.of("a menu")
        await ada.page.keyboard.press("Escape")
        await ada.page.get_by_role("button", name="Under the hood").click()
        await ada.page.locator(".exchanges summary").first.click()
        await inspection.of("under the hood")
        await ada.choose("Ringback")
        await ada.page.get_by_role("link", name="Home").click()
        await expect(ada.page.get_by_role("heading", name="Recent calls")).to_be_visible()
        await inspection.of("the Home tab")


async def test_nothing_is_found_in_what_lies_over_the_page(
    chromium: Browser, *, dark: bool
) -> None:
    async with inspected(chromium, dark=dark) as (ada, inspection):
        await ada.call("09")
        result = ada.replies.nth(1)
        for button, title in {"Transcript of": "Transcript", "All 44": "Details"}.items():
            await result.get_by_role("button", name=button).click()
            await expect(ada.form.get_by_role("heading", name=title, exact=True)).to_be_visible()
            await inspection.of(title)
            await ada.press("Close")
            await expect(ada.form).to_be_hidden()
        await result.get_by_role("button", name="Never call").click()
        question = ada.page.get_by_role("alertdialog", name="Never call this number?")
        await expect(question).to_be_visible()
        await inspection.of("a question before a press")
        await question.get_by_role("button", name="Cancel").click()
        await ada.type("/call")
        await inspection.of("the form")
        await ada.press("Call")
        await expect(ada.form.locator("[data-block=number] .error")).not_to_be_empty()
        await inspection.of("the form with an error")


async def test_nothing_is_found_in_any_pane_of_a_narrow_page(
    chromium: Browser, *, dark: bool
) -> None:
    async with inspected(chromium, dark=dark, width=NARROW) as (ada, inspection):
        await ada.call("00")
        await ada.open_thread()
        await expect(ada.replies.nth(1)).to_contain_text("Completed")
        panes = ada.page.get_by_role("navigation", name="Panes")
        for pane in ("Channels", "Chat", "Thread", "Phone", "Requests"):
            await panes.get_by_role("button", name=pane).click()
            await inspection.of(pane)


async def test_nothing_is_found_while_the_server_is_away(chromium: Browser, *, dark: bool) -> None:
    async with AsyncExitStack() as stack:
        async with running(port=free_port(), pace=0) as url:
            ada = await stack.enter_async_context(visitor(chromium, url, dark=dark))
            ada.may_be_alone = True
        await expect(ada.page.get_by_text("The demo is away")).to_be_visible()

        assert await violations(ada.page) == []
