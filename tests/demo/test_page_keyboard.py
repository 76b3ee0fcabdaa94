"""The whole job in the demo's page by the keyboard alone, from the command to what came of it."""

from contextlib import AsyncExitStack

from playwright.async_api import Browser, Locator, expect

from bot.demo.run import running
from tests.demo.browser import PROMPT, Visitor, in_one_loop, visitor
from tests.world import free_port

pytestmark = in_one_loop

# What can have the focus on the page, and some more.
_MOST_KEYS = 120
_HAS_FOCUS = "element => element === document.activeElement"


async def go_to(person: Visitor, target: Locator, key: str = "Tab") -> None:
    """Press Tab, or another key, until `target` has the focus."""
    await expect(target).to_be_visible()
    for _ in range(_MOST_KEYS):
        if await target.evaluate(_HAS_FOCUS):
            return
        await person.page.keyboard.press(key)
    raise AssertionError(f"{key} never leads to {target}")


async def press(person: Visitor, target: Locator, key: str = "Tab") -> None:
    """Go to a button and press it."""
    await go_to(person, target, key)
    await person.page.keyboard.press("Enter")


async def test_the_whole_job_is_done_by_keyboard(chromium: Browser) -> None:
    async with running(port=free_port(), pace=0) as url, visitor(chromium, url) as ada:
        keyboard, page = ada.page.keyboard, ada.page
        await expect(page.get_by_label("Message #general")).to_be_focused()

        # The form: opened, filled in, submitted.
        await keyboard.type("/ca")
        await keyboard.press("Tab")
        await keyboard.press("Enter")
        await expect(ada.form.get_by_label("Phone number")).to_be_focused()
        await keyboard.type("+1 415 555 2600")
        await go_to(ada, ada.form.get_by_label("What should the AI do?"))
        await keyboard.type(PROMPT)
        await press(ada, ada.form.get_by_role("button", name="Call", exact=True))
        await expect(ada.form).to_be_hidden()

        # The answer opens by itself; the conversation is read, and left.
        result = ada.replies.nth(1)
        await expect(result).to_contain_text("Booked Friday 7:30 pm")
        await expect(page.get_by_label("Reply…")).to_be_focused()
        conversation = result.get_by_role("button", name="Transcript of")
        await press(ada, conversation, "Shift+Tab")
        await expect(ada.form).to_contain_text("How about 7:30 pm?")
        await keyboard.press("Escape")
        await expect(conversation).to_be_focused()

        # Never again: the question is answered with no.
        never = result.get_by_role("button", name="Never call")
        await press(ada, never)
        question = page.get_by_role("alertdialog", name="Never call this number?")
        await expect(question.get_by_role("button", name="Cancel")).to_be_focused()
        await keyboard.press("Enter")
        await expect(never).to_be_focused()

        # The thread is closed, and opened again.
        await keyboard.press("Escape")
        await expect(page.get_by_label("Message #general")).to_be_focused()
        await press(ada, ada.messages.first.locator(".reply-bar"), "Shift+Tab")
        await expect(page.get_by_label("Reply…")).to_be_focused()

        # A menu: another call about a message.
        await keyboard.press("Escape")
        await press(ada, ada.messages.first.get_by_role("button", name="More actions"), "Shift+Tab")
        await expect(page.get_by_role("menuitem", name="Call about this")).to_be_focused()
        await keyboard.press("Enter")
        await expect(ada.form.get_by_label("Phone number")).to_have_value("+1 415-555-2600")
        await keyboard.press("Escape")
        await expect(ada.form).to_be_hidden()

        # Under the hood, and the Home tab.
        hood = page.get_by_role("button", name="Under the hood", exact=True)
        await press(ada, hood, "Shift+Tab")
        await expect(page.get_by_label("Close under the hood")).to_be_focused()
        placed = page.locator(".exchanges summary").filter(has_text="POST /api/call-prompt")
        await press(ada, placed)
        await expect(page.locator("#hood")).to_contain_text('"recipient_phone": "+14155552600"')
        await keyboard.press("Escape")
        await expect(hood).to_be_focused()
        await press(
            ada,
            page.locator("#sidebar").get_by_role("button", name="Ringback", exact=True),
            "Shift+Tab",
        )
        await press(ada, page.get_by_role("link", name="Home"), "Shift+Tab")
        home = page.get_by_role("region", name="Home")
        await expect(home).to_be_focused()
        await press(ada, home.get_by_role("button", name="More options"))
        await expect(page.get_by_role("menuitem", name="Call again")).to_be_focused()
        await keyboard.press("ArrowDown")
        await keyboard.press("Enter")
        await expect(ada.form.get_by_role("heading", name="Transcript")).to_be_visible()


async def test_the_job_is_done_by_keyboard_though_the_server_stops_twice_in_between(
    chromium: Browser,
) -> None:
    port = free_port()
    async with AsyncExitStack() as stack:
        async with running(port=port, pace=0) as url:
            ada = await stack.enter_async_context(visitor(chromium, url))
            ada.may_be_alone = True
            keyboard, composer = ada.page.keyboard, ada.page.get_by_label("Message #general")
            await keyboard.type("/call")
            await keyboard.press("Enter")
            await expect(ada.form.get_by_label("Phone number")).to_be_focused()
            await keyboard.type("+1 415 555 2600")
            await go_to(ada, ada.form.get_by_label("What should the AI do?"))
            await keyboard.type(PROMPT)
        away = ada.page.get_by_role("status").get_by_text("The demo is away")
        await expect(away).to_be_visible()

        async with running(port=port, pace=0):
            await expect(away).to_be_hidden()
            await expect(ada.form).to_be_hidden()
            await expect(composer).to_be_focused()
            await keyboard.type("/call")
            await keyboard.press("Enter")
            await expect(ada.form.get_by_label("Phone number")).to_have_value("+1 415 555 2600")
            await keyboard.press("Control+Enter")
            await expect(ada.replies.nth(1)).to_contain_text("Booked Friday 7:30 pm")
            await keyboard.type("half a repl")
        await expect(away).to_be_visible()

        async with running(port=port, pace=0):
            await expect(away).to_be_hidden()
            await expect(composer).to_be_focused()
            await keyboard.type(f"/call +1 415 555 2600, {PROMPT}")
            await keyboard.press("Enter")
            await expect(ada.messages.first).to_contain_text("Completed")


async def test_what_stands_in_a_composer_outlives_another_channel_a_thread_and_the_hood(
    chromium: Browser,
) -> None:
    async with running(port=free_port(), pace=0) as url, visitor(chromium, url) as ada:
        await ada.call("00")
        await expect(ada.page.get_by_label("Reply…")).to_be_focused()
        await ada.page.keyboard.type("half a reply")
        await ada.page.get_by_label("Message #general").fill("half a sentence")

        await ada.page.get_by_role("button", name="Under the hood").click()
        await ada.choose("sales")
        await expect(ada.page.get_by_label("Message #sales")).to_have_value("")
        await ada.choose("general")

        await expect(ada.page.get_by_label("Message #general")).to_have_value("half a sentence")
        await ada.open_thread()
        await expect(ada.page.get_by_label("Reply…")).to_have_value("half a reply")
