"""What people do with calls in the demo, beyond the command: every way in, and what follows."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from bot.demo.run import running
from tests.demo.browser import PROMPT, Visitor, in_one_loop, visitor
from tests.world import free_port

pytestmark = in_one_loop

# "Also when voicemail answers" is another field.
WHEN = re.compile("^When")
ASKED = "Can somebody ring Luigi's, +1 415 555 2600, and book a table under Josh?"


@pytest_asyncio.fixture(loop_scope="session")
async def url() -> AsyncIterator[str]:
    """Return the address of a demo in which calls take no time."""
    async with running(port=free_port(), pace=0) as url:
        yield url


@pytest_asyncio.fixture(loop_scope="session")
async def ada(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    async with visitor(chromium, url) as person:
        yield person


async def fill(person: Visitor, digits: str, prompt: str = PROMPT) -> None:
    """Fill in the form's number and prompt."""
    await person.form.get_by_label("Phone number").fill(f"+1 415 555 26{digits}")
    await person.form.get_by_label("What should the AI do?").fill(prompt)


async def submit(person: Visitor) -> None:
    """Submit the form, which is taken."""
    await person.press("Call")
    await expect(person.form).to_be_hidden()


async def schedule(person: Visitor) -> Locator:
    """Schedule a call for tomorrow and return its status message."""
    await person.type("/call")
    await fill(person, "00")
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    await person.form.get_by_label(WHEN).fill(tomorrow.strftime("%Y-%m-%dT%H:%M"))
    await submit(person)
    status = person.messages.first
    await expect(status).to_contain_text("🗓️ Scheduled · tomorrow at")
    return status


async def confirm(person: Visitor) -> None:
    """Say yes to the question whether to cancel."""
    question = person.page.get_by_role("alertdialog", name="Cancel this call?")
    await expect(question).to_contain_text("No call will be made to +1 415-555-26")
    await question.get_by_role("button", name="Cancel the call").click()


async def open_home(person: Visitor) -> Locator:
    await person.choose("Ringback")
    await person.page.get_by_role("link", name="Home").click()
    return person.page.get_by_role("region", name="Home")


# Ways in


async def test_a_message_becomes_a_call_whose_result_comes_into_its_thread(ada: Visitor) -> None:
    await ada.type(ASKED)
    await ada.choose_in_menu(ada.messages.first, "Call about this")

    await expect(ada.form.get_by_label("Phone number")).to_have_value("+1 415-555-2600")
    await expect(ada.form.get_by_label("What should the AI do?")).to_have_value(ASKED)
    await expect(ada.form.get_by_label("Post the result in")).to_have_value("here")
    await submit(ada)

    await ada.open_thread()
    await expect(ada.replies).to_have_count(3)
    await expect(ada.replies.nth(2)).to_contain_text("+1 415-555-2600 · Completed")
    await expect(ada.messages).to_have_count(1)


async def test_a_message_in_a_thread_becomes_a_call_in_that_thread(ada: Visitor) -> None:
    await ada.type("Who rings Luigi's?")
    await ada.messages.first.hover()
    await ada.messages.first.get_by_role("button", name="Reply in thread").click()
    await ada.reply(ASKED)
    await expect(ada.replies).to_have_count(2)
    await ada.choose_in_menu(ada.replies.nth(1), "Call about this")
    await submit(ada)

    await expect(ada.replies.nth(3)).to_contain_text("· Completed")
    await expect(ada.messages).to_have_count(1)


async def test_a_shortcut_from_anywhere_leads_to_a_direct_message_or_a_channel(
    ada: Visitor,
) -> None:
    await ada.page.get_by_role("button", name="Shortcuts").click()
    await ada.page.get_by_role("menuitem", name="Place a call").click()
    await fill(ada, "00")
    place = ada.form.get_by_label("Post the result in")
    await expect(place).to_have_value("only_me")
    await place.select_option("Another channel")
    await ada.form.get_by_label("Channel", exact=True).select_option("# sales")
    await expect(ada.form.get_by_label("What should the AI do?")).to_have_value(PROMPT)
    await submit(ada)

    await ada.choose("sales")
    await expect(ada.messages.first).to_contain_text("✅ Completed")


async def test_a_call_in_another_channel_is_followed_from_where_it_was_asked_for(
    ada: Visitor,
) -> None:
    await ada.type("/call")
    await ada.form.get_by_label("Phone number").fill("+1 415-555-2600")
    await ada.form.get_by_label("What should the AI do?").fill(PROMPT)
    await ada.form.get_by_label("Post the result in").select_option(label="Another channel")
    await ada.form.get_by_label("Channel", exact=True).select_option(label="# sales")
    await ada.press("Call")

    told = ada.messages.last
    await expect(told).to_contain_text("Calling +1 415-555-2600. Follow it in #sales.")
    await told.get_by_role("link", name="Follow it").click()
    await expect(ada.page.get_by_label("Message #sales")).to_be_visible()
    await expect(ada.messages.last).to_contain_text("+1 415-555-2600")


async def test_a_mention_in_a_thread_is_placed_at_once_and_reported_there(ada: Visitor) -> None:
    await ada.type("Is Luigi's open on Sunday?")
    await ada.messages.first.hover()
    await ada.messages.first.get_by_role("button", name="Reply in thread").click()
    await ada.reply("@Ringback +1 415 555 2600 ask if they are open on Sunday")

    await expect(ada.replies).to_have_count(4)
    await expect(ada.replies.nth(2)).to_contain_text("☎️ Called +1 415-555-2600 · Completed")
    await expect(ada.replies.nth(3)).to_contain_text("Yes: they are open on Sunday.")
    await expect(ada.messages).to_have_count(1)


async def test_a_mention_that_lacks_the_number_is_completed_in_the_form(ada: Visitor) -> None:
    await ada.type("@Ringback ask if they are open on Sunday")
    await ada.open_thread()
    await expect(ada.replies.nth(1)).to_contain_text("Which number should I call?")
    await ada.replies.nth(1).get_by_role("button", name="Open the form").click()

    await expect(ada.form).to_contain_text("Enter the number to call")
    await ada.form.get_by_label("Phone number").fill("+1 415 555 2600")
    await submit(ada)

    await expect(ada.replies.nth(3)).to_contain_text("Yes: they are open on Sunday.")


# After a call


async def test_the_result_leads_to_the_conversation_and_to_all_details(ada: Visitor) -> None:
    await ada.call("00")
    await ada.open_thread()
    result = ada.replies.nth(1)
    await expect(result).to_contain_text("Day Friday | Time 7:30 pm | Party two people | Name Josh")

    await result.get_by_role("button", name="Transcript of").click()
    await expect(ada.form.get_by_role("heading", name="Transcript")).to_be_visible()
    await expect(ada.form).to_contain_text(
        "SummaryBooked Friday 7:30 pm, two people, under Josh; 7 pm was full."
    )
    await expect(ada.form).to_contain_text(
        "Person calledHello. Sorry, 7 pm is full. How about 7:30 pm?"
    )
    await ada.press("Close")
    await expect(ada.form).to_be_hidden()
    await result.get_by_role("button", name="Details of").click()

    await expect(ada.form.get_by_role("heading", name="Details")).to_be_visible()
    await expect(ada.form).to_contain_text("provider_status: completed")


async def test_a_long_transcript_is_read_page_by_page(ada: Visitor) -> None:
    await ada.call("09")
    await ada.open_thread()
    await expect(ada.replies.nth(1)).to_contain_text("All 44 answers")
    await ada.replies.nth(1).get_by_role("button", name="Transcript of").click()
    await expect(ada.form).to_contain_text("Page 1 of 2")
    await expect(ada.form).to_contain_text("Hello, I am an AI assistant")

    await ada.form.get_by_role("button", name="Next: page 2 of 2").last.click()

    await expect(ada.form).to_contain_text("That was the last question.")
    await expect(ada.form.locator(".modal-body")).to_have_js_property("scrollTop", 0)
    await ada.form.get_by_role("button", name="Previous: page 1 of 2").first.click()
    await expect(ada.form).to_contain_text("Hello, I am an AI assistant")


async def test_call_again_fills_the_form_and_reports_into_the_same_thread(ada: Visitor) -> None:
    await ada.call("00")
    await ada.open_thread()
    await ada.replies.nth(1).get_by_role("button", name="Call again: open").click()

    await expect(ada.form.get_by_label("Phone number")).to_have_value("+1 415-555-2600")
    await expect(ada.form.get_by_label("What should the AI do?")).to_have_value(PROMPT)
    await submit(ada)

    await expect(ada.replies).to_have_count(4)
    await expect(ada.replies.nth(3)).to_contain_text("+1 415-555-2600 · Completed")
    await expect(ada.messages).to_have_count(1)


async def test_the_status_message_leads_to_the_result(ada: Visitor) -> None:
    await ada.call("00")
    await ada.messages.first.get_by_role("link", name="Details and transcript").click()

    await expect(ada.replies.nth(1)).to_contain_text("Booked Friday 7:30 pm")
    await expect(ada.replies.nth(1)).to_be_in_viewport()


# Before a call


async def test_a_scheduled_call_is_canceled_after_a_question(ada: Visitor) -> None:
    status = await schedule(ada)

    await status.get_by_role("button", name="Cancel the call").click()
    await confirm(ada)

    await expect(status).to_contain_text("🚫 Canceled before dialing")
    await expect(status.get_by_role("button", name="Cancel the call")).to_have_count(0)
    await expect(status.locator(".reply-bar")).to_have_count(0)
    await expect(ada.calls).to_have_count(0)


async def test_a_scheduled_call_is_placed_by_call_now(ada: Visitor) -> None:
    status = await schedule(ada)

    await status.get_by_role("button", name="Call now").click()

    await expect(status).to_contain_text("✅ Completed")


async def test_a_time_in_the_past_is_named_at_its_field(ada: Visitor) -> None:
    await ada.type("/call")
    await fill(ada, "00")
    await ada.form.get_by_label(WHEN).fill("2026-01-01T12:00")
    await ada.press("Call")

    error = ada.form.locator("[data-block=when] .error")
    await expect(error).to_contain_text("That time has passed.")
    await expect(error).to_be_in_viewport(ratio=1)
    await expect(ada.form.get_by_label(WHEN)).to_be_focused()


async def test_somebody_else_is_told_in_private_that_the_call_is_not_theirs(
    chromium: Browser, url: str, ada: Visitor
) -> None:
    status = await schedule(ada)
    async with visitor(chromium, url, "U0GRACE") as grace:
        await grace.messages.first.get_by_role("button", name="Call now").click()

        await expect(grace.messages.last).to_contain_text("Only visible to you")
        await expect(grace.messages.last).to_contain_text("Only the person who asked for this call")
    await expect(status).to_contain_text("Scheduled · tomorrow")
    await expect(ada.messages).to_have_count(1)


async def test_a_call_that_nobody_answers_is_tried_three_times_below_one_message(
    ada: Visitor,
) -> None:
    await ada.type("/call")
    await fill(ada, "01")
    await ada.form.get_by_label("If there's no answer").select_option("Retry twice, an hour apart")
    await submit(ada)
    status = ada.messages.first

    for number in (1, 2):
        await expect(status).to_contain_text(f"attempt {number} of 3 · next try")
        await status.get_by_role("button", name="Call now").click()
        await expect(ada.calls).to_have_count(number + 1)

    await ada.open_thread()
    await expect(ada.replies.last).to_contain_text("No answer")
    await expect(status).not_to_contain_text("next try")


# One's own calls


async def test_the_home_tab_shows_what_is_scheduled_and_cancels_it(ada: Visitor) -> None:
    home = await open_home(ada)
    await expect(home).to_contain_text("You haven't placed any calls yet.")
    await ada.choose("general")
    await schedule(ada)
    home = await open_home(ada)
    await expect(home.get_by_role("heading", name="Scheduled")).to_be_visible()

    await home.get_by_role("button", name="Cancel the call").click()
    await confirm(ada)

    await expect(home.get_by_role("heading", name="Recent calls")).to_be_visible()
    await expect(home).to_contain_text("🚫 Canceled before dialing · +1 415-555-2600 · today")
    await home.get_by_role("link", name="Open the thread").click()
    await expect(ada.messages.first).to_contain_text("🚫 Canceled before dialing")


async def test_the_home_tab_places_a_call_and_is_current_once_it_has_ended(ada: Visitor) -> None:
    home = await open_home(ada)
    await home.get_by_role("button", name="Open the form").click()
    await fill(ada, "00")
    await submit(ada)

    await expect(home).to_contain_text("✅ Completed · +1 415-555-2600 · today at")


async def test_the_list_shows_ones_own_calls_to_oneself_only(
    chromium: Browser, url: str, ada: Visitor
) -> None:
    await ada.call("00")
    await expect(ada.messages.first).to_contain_text("in the thread")
    await ada.type("/call list")

    listed = ada.messages.nth(1)
    await expect(listed).to_contain_text("Only visible to you")
    await expect(listed).to_contain_text("✅ Completed · +1 415-555-2600 · today at")
    await listed.get_by_role("link", name="Open the thread").click()
    await expect(ada.replies.nth(1)).to_contain_text("Booked Friday 7:30 pm")
    async with visitor(chromium, url, "U0GRACE") as grace:
        await expect(grace.messages).to_have_count(1)


async def test_an_edited_message_is_asked_about_and_calls_nobody(ada: Visitor) -> None:
    await ada.type("Luigi's & co, at +1 415 555 2600?")
    await ada.choose_in_menu(ada.messages.first, "Edit message")
    editor = ada.page.get_by_label("Edit message")
    await expect(editor).to_have_value("Luigi's & co, at +1 415 555 2600?")

    await editor.fill("@ringback +1 415 555 2600 book a table for two")
    await editor.press("Enter")

    await expect(ada.messages.first).to_contain_text("(edited)")
    await ada.open_thread()
    await expect(ada.replies.last).to_contain_text("Call +1 415-555-2600 about this?")
    await expect(ada.calls).to_have_count(0)
