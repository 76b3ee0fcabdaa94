"""The demo in a real browser: what a person does there, and what they see."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.run import running
from tests.demo.browser import PROMPT, Visitor, in_one_loop, visitor
from tests.world import free_port

pytestmark = in_one_loop


@pytest_asyncio.fixture(loop_scope="session")
async def url() -> AsyncIterator[str]:
    """Return the address of a demo in which calls take no time."""
    async with running(port=free_port(), pace=0) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def ada(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    async with visitor(chromium, url) as person:
        yield person


async def test_a_command_alone_opens_the_form_and_a_bad_number_is_named_at_its_field(
    ada: Visitor,
) -> None:
    await ada.type("/call")
    await ada.form.get_by_label("Phone number").fill("+1 415 555 26")
    await ada.form.get_by_label("What should the AI do?").fill(PROMPT)
    await ada.press("Call")

    error = ada.form.locator("[data-block=number] .error")
    await expect(error).to_contain_text("too short for the United States")
    await expect(ada.form.get_by_label("Phone number")).to_be_focused()
    await expect(ada.form.get_by_label("What should the AI do?")).to_have_value(PROMPT)


async def test_a_corrected_form_is_placed_and_its_result_comes_into_the_thread(
    ada: Visitor,
) -> None:
    await ada.type("/call")
    await ada.form.get_by_label("Phone number").fill("+1 415 555 26")
    await ada.form.get_by_label("What should the AI do?").fill(PROMPT)
    await ada.press("Call")
    await expect(ada.form.locator("[data-block=number] .error")).not_to_be_empty()
    await ada.form.get_by_label("Phone number").fill("+1 415 555 2600")
    await ada.press("Call")

    await expect(ada.form).to_be_hidden()
    await expect(ada.messages.first).to_contain_text("+1 415-555-2600 · for Ada")
    await ada.open_thread()
    await expect(ada.replies.nth(1)).to_contain_text("+1 415-555-2600 · Completed")
    await expect(ada.replies.nth(1)).to_contain_text(
        "Booked Friday 7:30 pm, two people, under Josh; 7 pm was full."
    )


@pytest.mark.parametrize(
    ("digits", "outcome", "on_the_phone"),
    [
        ("00", "✅ Completed", "Callback delivered"),
        ("01", "📵 No answer", "No answer"),
        ("02", "⏳ Line busy", "Busy"),
        ("03", "❌ Call failed", "Failed"),
        ("04", "🚫 Canceled", "Canceled"),
        ("05", "📼 Reached voicemail", "Voicemail"),
        ("06", "⚠️ Not placed", "Refused"),
        ("07", "✅ Completed", "No callback: the bot polls and finds it"),
        ("08", "✅ Completed", "Callback delivered 2 times: shown once"),
    ],
)
async def test_the_last_digits_decide_what_happens(
    ada: Visitor, digits: str, outcome: str, on_the_phone: str
) -> None:
    await ada.call(digits)

    await ada.open_thread()
    await expect(ada.replies.nth(1)).to_contain_text(outcome.split()[0])
    await expect(ada.calls.first).to_contain_text(on_the_phone)
    await expect(ada.messages.first).to_contain_text(f"{outcome} · +1 415-555-26{digits} · for Ada")
    await expect(ada.replies).to_have_count(2)


async def test_a_refusal_is_told_in_callcows_words(ada: Visitor) -> None:
    await ada.call("06")

    await ada.open_thread()
    await expect(ada.replies.nth(1)).to_contain_text(
        "CallCow wouldn't place this call: no phone number is connected."
    )


async def test_a_number_of_the_list_fills_in_the_command(ada: Visitor) -> None:
    await ada.page.get_by_role("button", name="…05 A voicemail answers").click()

    await expect(ada.page.get_by_label("Message #general")).to_have_value(
        f"/call +1 415-555-2605, {PROMPT}"
    )


async def test_a_private_channel_without_the_bot_leads_to_the_direct_message(
    ada: Visitor,
) -> None:
    await ada.choose("board")
    await ada.call("00", place="#board")

    await expect(ada.messages).to_contain_text(["Only visible to you"])
    await ada.choose("Ringback")
    await expect(ada.messages.first).to_contain_text("I couldn't post in #board")
    await ada.open_thread()
    await expect(ada.replies.nth(1)).to_contain_text("Completed")


async def test_an_edit_shows_live_in_the_message_that_was_there(chromium: Browser) -> None:
    async with running(port=free_port(), pace=0.2) as url, visitor(chromium, url) as ada:
        await ada.call("00")
        await expect(ada.messages.first).to_contain_text("☎️ Calling +1 415-555-2600")
        await expect(ada.calls.first).to_contain_text("On the line")

        await expect(ada.messages.first).to_contain_text("✅ Completed")
        await expect(ada.messages).to_have_count(1)


async def test_two_people_see_the_same_thread_and_each_their_own_answers(
    chromium: Browser, url: str
) -> None:
    async with visitor(chromium, url) as ada, visitor(chromium, url, "U0GRACE") as grace:
        await ada.call("00")
        await expect(grace.messages.first).to_contain_text("for Ada")
        await grace.type("/call help")

        await expect(grace.messages.nth(1)).to_contain_text("Only visible to you")
        await grace.open_thread()
        await grace.reply("Well done, *Ada*")
        await ada.open_thread()
        await expect(ada.replies.nth(2)).to_contain_text("Grace")
        await expect(ada.replies.nth(2).locator("strong").last).to_have_text("Ada")
        await expect(ada.messages).to_have_count(1)


async def test_one_can_act_as_the_other_person(ada: Visitor) -> None:
    await ada.page.get_by_label("Grace").check(force=True)
    await ada.call("00")

    await expect(ada.messages.first).to_contain_text("for Grace")


async def test_the_command_is_completed_by_the_keyboard(ada: Visitor) -> None:
    composer = ada.page.get_by_label("Message #general")
    await composer.fill("/c")
    await expect(ada.page.locator(".completion")).to_contain_text("book a table for Friday 7pm")
    await composer.press("Tab")

    await expect(composer).to_have_value("/call ")
    await expect(composer).to_be_focused()


async def test_escape_closes_the_form_and_then_the_thread(ada: Visitor) -> None:
    await ada.call("00")
    await ada.open_thread()
    await expect(ada.replies).to_have_count(2)
    await ada.type("/call")
    await expect(ada.form).to_be_visible()

    await ada.page.keyboard.press("Escape")
    await expect(ada.form).to_be_hidden()
    await expect(ada.replies.first).to_be_visible()
    await ada.page.keyboard.press("Escape")
    await expect(ada.page.get_by_role("region", name="Thread")).to_be_hidden()


async def test_a_command_in_a_thread_is_refused_as_slack_refuses_it(ada: Visitor) -> None:
    await ada.call("00")
    await ada.open_thread()
    await ada.reply("/call +1 415 555 2600 again")

    await expect(ada.replies.last).to_contain_text("/call is not supported in threads")


async def test_what_a_person_types_is_shown_and_never_comes_alive(ada: Visitor) -> None:
    await ada.type("<script>alert(1)</script> <!channel> <https://a.example|click> &amp; *bold*")

    await expect(ada.messages.first).to_contain_text(
        "<script>alert(1)</script> <!channel> <https://a.example|click> &amp; bold"
    )
    await expect(ada.messages.first.locator("a, script, .mention")).to_have_count(0)
    await expect(ada.messages.first.locator(".text strong")).to_have_text("bold")


async def test_under_the_hood_shows_each_request_and_hides_what_is_secret(ada: Visitor) -> None:
    await ada.call("00")
    await expect(ada.messages.first).to_contain_text("✅ Completed")
    await ada.page.get_by_role("button", name="Under the hood").click()

    rows = ada.page.locator(".exchanges > li")
    await expect(rows.filter(has_text="Slack → bot")).to_contain_text(["slash_command"])
    await expect(rows.filter(has_text="CallCow → bot")).to_contain_text(["callback"])
    placed = rows.filter(has_text="POST /api/call-prompt")
    await placed.locator("summary").click()
    await expect(placed).to_contain_text('"recipient_phone": "+14155552600"')
    await expect(placed).to_contain_text('"callback_secret": "••••••"')
    text = await ada.page.locator("#hood").text_content() or ""
    assert "xoxb-local" not in text
    assert "ck_live" not in text
    assert "/response/1." not in text


async def test_at_400_pixels_one_pane_shows_at_a_time_and_all_can_be_reached(
    chromium: Browser, url: str
) -> None:
    async with visitor(chromium, url, width=400) as ada:
        await ada.call("00")
        await ada.open_thread()
        await expect(ada.replies.nth(1)).to_contain_text("Completed")
        await expect(ada.messages.first).to_be_hidden()
        panes = ada.page.get_by_role("navigation", name="Panes")
        await panes.get_by_role("button", name="Phone").click()
        await expect(ada.calls.first).to_be_visible()
        await panes.get_by_role("button", name="Requests").click()
        await expect(ada.page.locator(".exchanges > li").first).to_be_visible()
        await panes.get_by_role("button", name="Channels").click()
        await ada.choose("sales")
        await expect(ada.page.get_by_role("heading", name="#sales", level=2)).to_be_visible()
        overflow = "document.documentElement.scrollWidth > innerWidth"
        assert await ada.page.evaluate(overflow) is False


async def test_one_press_makes_a_call_and_its_answer_opens_by_itself(chromium: Browser) -> None:
    async with running(port=free_port(), pace=0.1) as url, visitor(chromium, url) as ada:
        card = ada.page.get_by_role("region", name="See an AI make a phone call")
        await card.get_by_role("button", name="Book a table for Friday 7pm").click()

        await expect(ada.replies.nth(1)).to_contain_text("Booked Friday 7:30 pm")
        await expect(card).to_be_hidden()
        await expect(ada.page.get_by_label("Reply…")).to_be_focused()
        await expect(ada.page.get_by_role("button", name="…05 A voicemail answers")).to_be_hidden()


async def test_a_thread_does_not_open_over_what_somebody_types(chromium: Browser) -> None:
    async with running(port=free_port(), pace=0.1) as url, visitor(chromium, url) as ada:
        await ada.call("00")
        await ada.page.get_by_label("Message #general").fill("half a sent")

        await expect(ada.messages.first.locator(".reply-bar")).to_be_visible()
        await expect(ada.page.get_by_label("Message #general")).to_have_value("half a sent")
        await expect(ada.page.get_by_label("Reply…")).to_have_count(0)


async def test_what_was_typed_while_the_server_is_away_is_kept_and_goes_on_afterwards(
    chromium: Browser,
) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        async with running(port=port, pace=0) as url:
            ada = await stack.enter_async_context(visitor(chromium, url))
            ada.may_be_alone = True
        stopped = ada.page.get_by_role("status").get_by_text("The demo is away")
        await expect(stopped).to_be_visible()
        await ada.call("00")
        await expect(ada.page.get_by_label("Message #general")).to_have_value(
            f"/call +1 415 555 2600, {PROMPT}"
        )
        send = ada.page.get_by_label("Send").first
        above, banner = await send.bounding_box(), await stopped.bounding_box()
        assert above is not None
        assert banner is not None
        assert above["y"] + above["height"] <= banner["y"]
        async with running(port=port, pace=0):
            await expect(stopped).to_be_hidden()
            await ada.page.get_by_label("Message #general").press("Enter")

            await expect(ada.messages.first).to_contain_text("Completed")


async def test_ten_tabs_all_show_what_happens(chromium: Browser) -> None:
    async with running(port=free_port(), pace=0) as url, AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(visitor(chromium, url)) for _ in range(2)]
        context = tabs[0].page.context
        pages = [await context.new_page() for _ in range(9)]
        for page in pages:
            await page.goto(url)
        await tabs[0].call("00")

        for page in pages:
            await expect(page.locator("#messages .message").first).to_contain_text("Completed")


@pytest.mark.parametrize("width", [320, 400])
async def test_a_narrow_page_tells_of_the_call_under_way_beside_its_pane(
    chromium: Browser, width: int
) -> None:
    async with (
        running(port=free_port(), pace=20) as url,
        visitor(chromium, url, width=width) as ada,
    ):
        await ada.call("00")

        await expect(ada.page.get_by_label("1 under way")).to_be_visible()
        overflow = "document.documentElement.scrollWidth > innerWidth"
        assert await ada.page.evaluate(overflow) is False


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_the_pictures_of_the_readme_are_taken(
    chromium: Browser, tmp_path: Path, *, dark: bool
) -> None:
    """They go where RINGBACK_SCREENSHOTS says: `.github` renews those of the README."""
    folder = Path(os.environ.get("RINGBACK_SCREENSHOTS", tmp_path))
    picture = folder / ("demo-dark.png" if dark else "demo-light.png")
    # With a little time, so that the call has a length.
    async with (
        running(port=free_port(), pace=0.3) as url,
        visitor(chromium, url, dark=dark) as ada,
    ):
        await ada.page.set_viewport_size({"width": 1300, "height": 690})
        await ada.call("00")
        await ada.open_thread()
        await expect(ada.replies.nth(1)).to_contain_text("Completed")
        await expect(ada.calls.first).to_contain_text("Callback delivered")
        await ada.page.get_by_role("heading", name="On the phone").click()
        await ada.page.screenshot(path=picture)

    assert 10_000 < picture.stat().st_size < 200_000
