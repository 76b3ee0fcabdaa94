"""Whom one may call, when and how often, as a visitor sees it: with the demo's clock and rules.

One demo serves all of them. Each begins at noon of another day, so that nothing counts any more,
and waits for a number of its own: the messages of the others are still there.
"""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.run import running
from tests.demo.browser import PROMPT, Visitor, in_one_loop, visitor
from tests.world import free_port

pytestmark = in_one_loop


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def url() -> AsyncIterator[str]:
    """Return the address of a demo in which calls take no time."""
    async with running(port=free_port(), pace=0) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def ada(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    """Return Ada, at noon where the numbers to try are, whatever the test before has left."""
    await change(url, act="set_rules", rules=["hours", "limit", "countries"])
    await change(url, act="move", minutes=24 * 60)
    await change(url, act="go_to", stranger="San Francisco", hour=12)
    async with visitor(chromium, url) as person:
        await person.page.get_by_role("button", name="Under the hood", exact=True).click()
        yield person
        # A form that stays open lies over the page of the next test, too.
        if await person.form.count():
            await person.page.keyboard.press("Escape")
            await expect(person.form).to_have_count(0)


async def change(url: str, **what: object) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/conditions", json=what) as answer,
    ):
        assert answer.status == 200


async def under_the_hood(person: Visitor, button: str) -> None:
    await person.page.get_by_role("button", name=button, exact=True).click()


async def test_at_a_closed_hour_the_call_is_asked_back_and_placed_when_it_opens(
    ada: Visitor,
) -> None:
    await under_the_hood(ada, "Go to 3 AM there")
    await ada.type(f"@Ringback +1 415 555 2600, {PROMPT}")
    await ada.open_last_thread("@Ringback +1 415 555 2600")
    question = ada.replies.last
    await expect(question).to_contain_text(
        "It is 3:00 AM where this number is. Call at 8:00 AM there (today at "
    )

    await question.get_by_role("button", name="Call then").click()
    status = ada.replies.last
    await expect(status).to_contain_text("🗓️ Scheduled · today at")
    await under_the_hood(ada, "Go to 8 AM there")

    await expect(ada.replies.last).to_contain_text("+1 415-555-2600 · Completed")


async def test_a_question_that_nobody_answers_for_a_day_has_expired(ada: Visitor) -> None:
    await ada.type(f"@Ringback can somebody call Luigi's, +1 415-555-2600, and {PROMPT}?")
    await ada.open_last_thread("can somebody call Luigi's")
    question = ada.replies.last
    await expect(question.get_by_role("button", name="Call +1 415-555-2600")).to_be_visible()

    await under_the_hood(ada, "+1 day")

    await expect(question).to_contain_text("This has expired. Open the form to place a call.")
    await expect(question.get_by_role("button", name="Call +1 415-555-2600")).to_have_count(0)
    await question.get_by_role("button", name="Open the form").click()
    await expect(ada.form.get_by_label("Phone number")).to_have_value("")


async def test_a_limit_is_told_in_words_and_over_after_its_hour(ada: Visitor) -> None:
    for number in ("00", "02"):
        await ada.call(number)
        await expect(ada.messages.last).to_contain_text(f"+1 415-555-26{number}")
    await ada.call("00")
    await expect(ada.messages.last).to_contain_text(
        "You have asked for 2 calls in the last hour, the most allowed here. "
        "The next one can be placed today at"
    )

    await under_the_hood(ada, "+1 hour")
    await ada.call("05")

    await expect(ada.messages.last).to_contain_text("📼 Reached voicemail · +1 415-555-2605")


async def test_a_number_is_blocked_below_its_result_and_unblocked_by_an_admin(
    ada: Visitor,
) -> None:
    await ada.call("08")
    await ada.open_last_thread("✅ Completed · +1 415-555-2608")
    await ada.replies.nth(1).get_by_role("button", name="Never call").click()
    await ada.page.get_by_role("alertdialog").get_by_role("button").last.click()
    await expect(ada.replies.last).to_contain_text("I won't call +1 415-555-2608 again.")

    await ada.call("08")
    await expect(ada.messages.last).to_contain_text(
        "This number asked not to be called (added by @Ada on"
    )
    await ada.type("/call unblock +1 415 555 2608")
    await expect(ada.messages.last).to_contain_text("+1 415-555-2608 can be called again.")
    await ada.call("08")

    await expect(ada.messages.last).to_contain_text("✅ Completed · +1 415-555-2608")


async def test_a_direct_message_is_answered_in_its_thread(ada: Visitor) -> None:
    await ada.choose("Ringback")
    await ada.page.get_by_role("link", name="Messages").click()
    await ada.type("+1 900-234-5678, ask whether they are open", place="Ringback")
    await ada.open_last_thread("ask whether they are open")

    await expect(ada.replies.last).to_contain_text("+1 900-234-5678 is a premium-rate number.")


async def test_while_calls_are_paused_nobody_is_called_until_they_are_resumed(
    ada: Visitor,
) -> None:
    await ada.choose("sales")
    await ada.type("/call pause", place="#sales")
    await expect(ada.messages.last).to_contain_text("Calls are paused. Nothing is dialed")
    await ada.call("00", place="#sales")
    await expect(ada.messages.last).to_contain_text("Calls are paused here (by @Ada, today at")

    await ada.type("/call resume", place="#sales")
    await expect(ada.messages.last).to_contain_text("Calls are on again")
    await ada.call("00", place="#sales")

    await expect(ada.messages.last).to_contain_text("✅ Completed · +1 415-555-2600")


async def test_a_country_that_is_turned_off_can_be_called_once_the_rule_is_off(
    ada: Visitor,
) -> None:
    await ada.page.get_by_label("Whom to call").select_option("France")
    await under_the_hood(ada, "Go to noon there")
    await under_the_hood(ada, "Fill in a call to them")
    await ada.page.keyboard.press("Enter")
    await expect(ada.messages.last).to_contain_text("Calls to France are turned off here.")

    await ada.page.get_by_label("Only the US and Canada").uncheck()
    await expect(ada.page.get_by_label("Only the US and Canada")).to_be_enabled()
    await under_the_hood(ada, "Fill in a call to them")
    await ada.page.keyboard.press("Enter")

    await expect(ada.messages.last).to_contain_text("✅ Completed · +33 1 23 45 67 89")


async def test_a_call_that_needs_an_approval_goes_once_somebody_else_approves_it(
    chromium: Browser, url: str, ada: Visitor
) -> None:
    rule = ada.page.get_by_label("Somebody else approves")
    await rule.check()
    await expect(rule).to_be_enabled()
    await ada.call("20")
    status = ada.messages.last
    await expect(status).to_contain_text("+1 415-555-2620 · for Ada")

    async with visitor(chromium, url, "U0GRACE") as grace:
        await grace.choose("sales")
        await grace.messages.last.get_by_role("button", name="Approve").click()

        await expect(status).to_contain_text("✅ Completed")


async def test_the_house_rules_are_shown_and_told_to_the_ai_and_are_not_the_persons_words(
    ada: Visitor,
) -> None:
    rule = ada.page.get_by_label("House rules")
    await rule.check()
    await expect(rule).to_be_enabled()
    await ada.type("/call")
    form = ada.form
    await expect(form).to_contain_text("Say at the start that you are an AI.")
    await form.get_by_role("button", name="Cancel", exact=True).click()
    await expect(form).to_have_count(0)

    await ada.call("21")
    await expect(ada.messages.last).to_contain_text("✅ Completed · +1 415-555-2621")
    await expect(ada.messages.last).not_to_contain_text("Say at the start")
    await ada.type("/call help")

    await expect(ada.messages.last).to_contain_text(
        "House rules, given to the AI on every call: Say at the start that you are an AI."
    )
