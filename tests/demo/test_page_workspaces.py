"""Two workspaces in a real Chromium: the bot is added to each by Slack's own page, and removed."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.run import running
from tests.demo.accessibility import violations
from tests.demo.browser import Visitor, in_one_loop, visitor
from tests.world import free_port

pytestmark = in_one_loop
FIRST, SECOND = "Ringback demo", "Another workspace"


@pytest_asyncio.fixture(loop_scope="session")
async def url() -> AsyncIterator[str]:
    """Return the address of a demo with two workspaces, in which calls take no time."""
    async with running(port=free_port(), pace=0, workspaces=True) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def ada(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    """Return Ada, in the first workspace."""
    async with visitor(chromium, url) as person:
        yield person


@pytest_asyncio.fixture(loop_scope="session")
async def other(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    """Return Ada in the second workspace, where she has the same id."""
    async with visitor(chromium, url, team="T0ANOTHER") as person:
        yield person


def row(person: Visitor, name: str) -> Locator:
    """Return the row of a workspace under the hood."""
    workspaces = person.page.get_by_role("group", name="Workspaces")
    return workspaces.locator("p").filter(has_text=name)


def button(person: Visitor) -> Locator:
    """Return the button that adds the bot to the workspace that is shown."""
    return person.page.locator(".intro").get_by_role("link", name="Add to Slack")


async def opened(person: Visitor) -> Page:
    """Press that button; return the tab that opens."""
    async with person.page.context.expect_page() as tab:
        await button(person).click()
    return await tab.value


async def add(person: Visitor, decision: str = "Allow") -> str:
    """Add the bot to the workspace that is shown; return what the last page says."""
    tab = await opened(person)
    await tab.get_by_role("link", name="Add to Slack").click()
    await tab.get_by_role("button", name=decision).click()
    await tab.wait_for_url("**/slack/oauth_redirect?*")
    said = await tab.get_by_role("heading").inner_text()
    if decision == "Allow":
        await tab.get_by_role("link", name="Open Slack").click()
        await expect(tab.get_by_label("Message #general")).to_be_visible()
    await tab.close()
    return said


async def set_up(person: Visitor, name: str) -> None:
    """Enter the workspace's CallCow key in the form that lies over the page."""
    key = await row(person, name).locator("code").inner_text()
    await person.form.get_by_label("CallCow key").fill(key)
    await person.press("Save")
    await expect(person.form).to_contain_text("Settings saved")
    await person.press("Close")
    await expect(person.form).to_be_hidden()


async def look_under_the_hood(person: Visitor) -> None:
    await person.page.get_by_role("button", name="Under the hood", exact=True).click()


async def test_in_two_workspaces_at_once_the_bot_is_added_set_up_and_calls(
    ada: Visitor, other: Visitor
) -> None:
    for person in (ada, other):
        await look_under_the_hood(person)
    assert await add(ada) == f"Ringback is in {FIRST}"
    assert await add(other) == f"Ringback is in {SECOND}"

    # One way in is the bot's message to who installed it, another is the Home tab.
    await ada.choose("Ringback")
    await ada.messages.last.get_by_text("Set it up").click()
    await set_up(ada, FIRST)
    await ada.choose("general")
    await other.choose("Ringback")
    await other.page.get_by_role("link", name="Home").click()
    await other.page.locator("#home").get_by_text("Settings", exact=True).click()
    await set_up(other, SECOND)
    await other.choose("general")
    await ada.call("00")
    await other.call("05")

    await expect(ada.messages.last).to_contain_text("Completed · +1 415-555-2600")
    await expect(other.messages.last).to_contain_text("Reached voicemail · +1 415-555-2605")
    await expect(ada.messages).to_have_count(1)
    await expect(other.messages).to_have_count(1)


async def test_axe_finds_nothing_where_the_bot_is_not_and_where_it_is_asked_for(
    ada: Visitor,
) -> None:
    await look_under_the_hood(ada)
    found = await violations(ada.page)
    tab = await opened(ada)
    await tab.get_by_role("link", name="Add to Slack").click()
    await expect(tab.get_by_role("button", name="Allow")).to_be_visible()

    assert found + await violations(tab) == []


async def test_who_does_not_let_the_bot_in_has_no_command(ada: Visitor) -> None:
    assert await add(ada, "Cancel") == "Ringback wasn't installed"

    await ada.call("00")

    await expect(ada.messages.last).to_contain_text("/call is not a valid command")
    await expect(button(ada)).to_be_visible()


async def test_a_bot_that_is_removed_and_added_again_is_set_up_again_and_calls(
    ada: Visitor,
) -> None:
    await look_under_the_hood(ada)
    for _ in range(2):
        await add(ada)
        await ada.call("00")
        await ada.messages.last.get_by_text("Enter the key").click()
        await set_up(ada, FIRST)
        await ada.call("00")
        await expect(ada.messages.last).to_contain_text("Completed · +1 415-555-2600")
        await row(ada, FIRST).get_by_role("button", name="Remove").click()
        await expect(button(ada)).to_be_visible()
    # What was there before is there again.
    await add(ada)
    await ada.type("/call list")
    await expect(ada.messages.last.get_by_text("+1 415-555-2600")).to_have_count(2)
