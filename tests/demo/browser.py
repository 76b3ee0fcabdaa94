"""A real Chromium before the demo's page, and the words of the page for what a person does."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Locator, Page, Request, async_playwright, expect

# The first that is here. The shell is the same browser without windows, and several times as quick.
_BROWSERS: Final = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
CHROMIUM: Final = next((path for path in _BROWSERS if path.exists()), _BROWSERS[-1])
PROMPT: Final = "book a table for Friday 7pm, two people, under Josh"
# For whatever uses the Chromium, which all tests of a process share.
in_one_loop = pytest.mark.asyncio(loop_scope="session")
# The expectations wait for their condition; on a busy machine a page may take its time.
expect.set_options(timeout=15_000)


@dataclass
class Visitor:
    """One person before the page. What must never happen is collected in `troubles`."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    # Whether the test stops the server: the browser reports each attempt to reach one that is away.
    may_be_alone: bool = False

    @property
    def messages(self) -> Locator:
        """The messages of the channel, without day and introduction."""
        return self.page.locator("#messages .message")

    @property
    def replies(self) -> Locator:
        """The messages of the thread, its root first."""
        return self.page.locator("#replies .message")

    @property
    def form(self) -> Locator:
        """The form that lies over the page."""
        return self.page.get_by_role("dialog")

    @property
    def calls(self) -> Locator:
        """The cards of the phone panel, the latest first."""
        return self.page.get_by_role("log", name="Simulated calls").get_by_role("article")

    async def type(self, text: str, *, place: str = "#general") -> None:
        """Type into a channel's composer, and send."""
        await self._send(self.page.get_by_label(f"Message {place}"), text)

    async def reply(self, text: str) -> None:
        """Type into the thread's composer, and send."""
        await self._send(self.page.get_by_label("Reply…"), text)

    async def _send(self, composer: Locator, text: str) -> None:
        await composer.fill(text)
        # The first answer opens its thread, which takes the focus, and what is being filled in.
        if await composer.input_value() != text:
            await composer.fill(text)
        # Not the page's keyboard: it types wherever the focus has gone meanwhile.
        await composer.press("Enter")

    async def call(self, digits: str = "00", *, place: str = "#general") -> None:
        """Place a call to the number with those last digits."""
        await self.type(f"/call +1 415 555 26{digits}, {PROMPT}", place=place)

    async def open_thread(self) -> None:
        """Open the thread of the channel's first message with replies."""
        await self.messages.locator(".reply-bar").first.click()

    async def open_last_thread(self, words: str) -> None:
        """Open the thread of the channel's last message, once that is the one with the words."""
        await expect(self.messages.last).to_contain_text(words)
        await self.messages.last.locator(".reply-bar").click()

    async def choose(self, channel: str) -> None:
        """Choose a conversation in the sidebar."""
        await self.page.locator("#sidebar .name").get_by_text(channel, exact=True).click()

    async def choose_in_menu(self, message: Locator, item: str) -> None:
        """Choose an item in the menu of a message."""
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await self.page.get_by_role("menuitem", name=item).click()

    async def press(self, name: str) -> None:
        """Press the form's button of that name."""
        await self.form.get_by_role("button", name=name, exact=True).click()


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Run a Chromium while the context is open; without one there is nothing to test."""
    if not CHROMIUM.exists():
        reason = f"no Chromium at {CHROMIUM}"
        if os.environ.get("RINGBACK_REQUIRE_CHROMIUM"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=["--disable-gpu"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def visitor(
    chromium: Browser,
    url: str,
    user: str = "U0ADA",
    *,
    team: str | None = None,
    width: int = 1400,
    dark: bool = False,
    time_zone: str | None = None,
) -> AsyncIterator[Visitor]:
    """Open the page as `user`, in the first workspace or that of `team`.

    Leave with nothing in its console and no request elsewhere.
    """
    context = await chromium.new_context(
        viewport={"width": width, "height": 820},
        color_scheme="dark" if dark else "light",
        # What moves for ever is drawn for ever, by the processors that the tests need.
        reduced_motion="reduce",
        timezone_id=time_zone,
    )
    page = await context.new_page()
    person = Visitor(page)

    def requested(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(url).netloc:
            person.troubles.append(f"a request to {request.url}")

    page.on("console", lambda message: person.troubles.append(message.text))
    page.on("pageerror", lambda error: person.troubles.append(str(error)))
    page.on("request", requested)
    try:
        await page.goto(f"{url}/?as={user}" + (f"&team={team}" if team else ""))
        await expect(page.get_by_label("Message #general")).to_be_visible()
        yield person
    finally:
        await context.close()
    troubles = [
        one for one in person.troubles if not (person.may_be_alone and "ERR_CONNECTION" in one)
    ]
    assert troubles == [], troubles
