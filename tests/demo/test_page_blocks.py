"""Every kind of block and view in a real browser, before a workspace whose bot the test plays."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.demo.slack.contents import Blocks, Message, View
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, ADA_AND_GRACE, BOT_USER, GENERAL, GRACE, SALES
from tests.demo.browser import Visitor, in_one_loop, visitor
from tests.demo.listening import Bot, input_block, listening, modal, option, plain
from tests.demo.stage import actions, button, home, mrkdwn, overflow, section, staged

pytestmark = in_one_loop

# 30 March 2026, 19:00 in Berlin.
SEVEN = 1774890000
CONFIRM = {
    "title": plain("Cancel this call?"),
    "text": mrkdwn("Nobody is *called* then."),
    "confirm": plain("Cancel it"),
    "deny": plain("Keep it"),
}


@pytest_asyncio.fixture(loop_scope="session")
async def slack() -> AsyncIterator[LocalSlack]:
    async with LocalSlack() as slack:
        yield slack


@pytest_asyncio.fixture(loop_scope="session")
async def bot(slack: LocalSlack) -> AsyncIterator[Bot]:
    async with listening(slack) as bot:
        yield bot


@pytest_asyncio.fixture(loop_scope="session")
async def ada(chromium: Browser, slack: LocalSlack, bot: Bot) -> AsyncIterator[Visitor]:
    async with staged(slack) as url, visitor(chromium, url, time_zone="Europe/Berlin") as person:
        yield person


def posted(slack: LocalSlack, *blocks: dict[str, Any], thread_ts: str | None = None) -> Message:
    return slack.workspace.post(GENERAL, BOT_USER, "Text", blocks=list(blocks), thread_ts=thread_ts)


def opened(slack: LocalSlack, *blocks: dict[str, Any], parent: View | None = None) -> View:
    return slack.workspace.open_view(ADA, modal(*blocks), GENERAL, parent)


def published(slack: LocalSlack, *blocks: dict[str, Any]) -> View:
    return slack.workspace.publish_home(ADA, home(*blocks))


def rich_text(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def words(kind: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(parts), **more}


def text(words: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"style": style} if style else {})}


async def the_action(slack: LocalSlack, bot: Bot) -> dict[str, Any]:
    await slack.until(lambda: bot.of("block_actions"))
    action: dict[str, Any] = bot.of("block_actions")[0]["actions"][0]
    return action


# Blocks


async def test_rich_text_is_shown_in_its_styles_and_its_text_as_it_stands(
    slack: LocalSlack, ada: Visitor
) -> None:
    posted(
        slack,
        rich_text(
            words(
                "section", {"type": "user", "user_id": ADA}, text(" "), text("Booked", bold=True)
            ),
            words("quote", text("<@U0GRACE> *now* &amp;")),
            words(
                "list", words("section", text("one")), words("section", text("two")), style="bullet"
            ),
            words("preformatted", text("a\n  b")),
        ),
    )

    message = ada.messages.last
    await expect(message.locator("strong").get_by_text("Booked")).to_be_visible()
    await expect(message.locator(".mention.own")).to_have_count(1)
    await expect(message.locator("blockquote")).to_have_text("<@U0GRACE> *now* &amp;")
    await expect(message.locator("li")).to_have_text(["one", "two"])
    await expect(message.locator("pre")).to_contain_text("a")


async def test_a_message_shows_its_blocks_with_their_text(slack: LocalSlack, ada: Visitor) -> None:
    blocks: Blocks = [
        {"type": "header", "text": plain("Result")},
        section("*Completed* & &lt;done&gt;"),
        {"type": "section", "fields": [mrkdwn("*day*\nFriday"), mrkdwn("*time*\n7pm")]},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("attempt 2 of 3")]},
    ]
    posted(slack, *blocks)

    message = ada.messages.first
    await expect(message.get_by_role("heading", name="Result")).to_be_visible()
    await expect(message).to_contain_text("Completed & <done>")
    await expect(message.locator(".fields > div")).to_have_text(["dayFriday", "time7pm"])
    await expect(message.get_by_role("separator")).to_be_visible()
    await expect(message.locator(".context")).to_have_text("attempt 2 of 3")


async def test_a_button_tells_the_bot_its_value(slack: LocalSlack, bot: Bot, ada: Visitor) -> None:
    posted(slack, actions(button("Cancel", value="1"), button("Call now", value="2")))

    await ada.messages.get_by_role("button", name="Call now").click()

    action = await the_action(slack, bot)
    assert (action["action_id"], action["value"]) == ("call now", "2")


async def test_a_question_is_asked_before_a_button_that_wants_it(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    posted(slack, actions(button("Cancel", confirm=CONFIRM)))
    cancel = ada.messages.get_by_role("button", name="Cancel")
    question = ada.page.get_by_role("alertdialog", name="Cancel this call?")

    await cancel.click()
    await expect(question).to_contain_text("Nobody is called then.")
    await question.get_by_role("button", name="Keep it").click()
    await expect(question).to_be_hidden()
    assert bot.payloads == []
    await cancel.click()
    await question.get_by_role("button", name="Cancel it").click()

    assert (await the_action(slack, bot))["action_id"] == "cancel"


async def test_an_overflow_menu_works_by_the_keyboard(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    posted(slack, section("A call", accessory=overflow("Call again", "Hide")))
    more = ada.messages.get_by_role("button", name="More options")

    await more.focus()
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_role("menuitem", name="Call again")).to_be_focused()
    await ada.page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_role("menuitem", name="Call again")).to_be_focused()
    await ada.page.keyboard.press("ArrowDown")
    await ada.page.keyboard.press("Enter")

    assert (await the_action(slack, bot))["selected_option"]["value"] == "Hide"


async def test_a_button_that_is_replaced_by_an_edit_keeps_the_focus(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    message = posted(slack, section("Before"), actions(button("Cancel"), button("Call now")))
    await ada.messages.get_by_role("button", name="Call now").focus()

    slack.workspace.edit(message, "Text", [section("After"), actions(button("Call now"))])

    await expect(ada.messages.first).to_contain_text("After")
    await expect(ada.messages.get_by_role("button", name="Call now")).to_be_focused()


async def test_a_date_is_shown_in_the_zone_of_the_reader(slack: LocalSlack, ada: Visitor) -> None:
    posted(slack, section(f"Call <!date^{SEVEN}^{{date_short_pretty}} at {{time}}|later>"))

    await expect(ada.messages.first).to_contain_text("Call Mar 30, 2026 at 7:00")


# Links to messages


async def test_a_link_to_a_reply_opens_its_thread(slack: LocalSlack, ada: Visitor) -> None:
    root = posted(slack, section("Status"))
    reply = posted(slack, section("Result"), thread_ts=root.ts)
    number = reply.ts.replace(".", "")
    address = f"https://ringback-demo.slack.com/archives/{GENERAL}/p{number}"
    link = f"<{address}?thread_ts={root.ts}&amp;cid={GENERAL}|the result>"
    slack.workspace.post(SALES, BOT_USER, "Text", blocks=[section(link)])
    await ada.choose("sales")

    await ada.messages.get_by_role("link", name="the result").click()

    await expect(ada.page.get_by_role("heading", name="#general", level=2).first).to_be_visible()
    await expect(ada.replies.nth(1)).to_contain_text("Result")


async def test_a_button_can_lead_to_a_message_and_tells_the_bot_too(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    first = slack.workspace.post(SALES, ADA, "Over here")
    number = first.ts.replace(".", "")
    address = f"https://ringback-demo.slack.com/archives/{SALES}/p{number}"
    posted(slack, actions(button("Show", url=address)))

    await ada.messages.get_by_role("link", name="Show").click()

    await expect(ada.messages.first).to_contain_text("Over here")
    await expect(ada.page.get_by_role("region", name="Thread")).to_be_hidden()
    assert (await the_action(slack, bot))["url"] == address


# Forms


async def test_choices_and_a_date_are_submitted_as_they_stand(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    places = [option("Here"), option("Just me")]
    radio = {"type": "radio_buttons", "options": places, "initial_option": places[0]}
    opened(
        slack,
        input_block("place", radio),
        input_block("when", {"type": "datetimepicker"}),
        input_block("channel", {"type": "conversations_select"}),
        input_block("who", {"type": "multi_users_select", "initial_users": [GRACE]}),
    )

    await ada.form.get_by_role("group", name="place").get_by_label("Just me").check()
    await ada.form.get_by_label("when").fill("2026-03-30T19:00")
    await ada.form.get_by_label("channel").select_option("# sales")
    await ada.form.get_by_label("who").select_option([ADA, GRACE])
    await ada.press("Call")

    await expect(ada.form).to_be_hidden()
    values = bot.of("view_submission")[0]["view"]["state"]["values"]
    assert values["place"]["place_field"]["selected_option"] == option("Just me")
    assert values["when"]["when_field"]["selected_date_time"] == SEVEN
    assert values["channel"]["channel_field"]["selected_conversation"] == SALES
    assert values["who"]["who_field"]["selected_users"] == [ADA, GRACE]


async def test_checked_boxes_are_told_at_once_and_stay_checked_when_the_form_changes(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    boxes = {"type": "checkboxes", "action_id": "boxes", "options": [option("One"), option("Two")]}
    asked = input_block("name", {"type": "plain_text_input"})
    view = opened(slack, asked, actions(boxes))
    await ada.form.get_by_label("name").fill("Josh")
    await ada.form.get_by_label("Two").check()
    action = await the_action(slack, bot)
    assert [one["value"] for one in action["selected_options"]] == ["Two"]

    slack.workspace.update_view(view, modal(asked, section("More"), actions(boxes)))

    await expect(ada.form).to_contain_text("More")
    await expect(ada.form.get_by_label("name")).to_have_value("Josh")
    await expect(ada.form.get_by_label("Two")).to_be_checked()
    await expect(ada.form.get_by_label("One")).not_to_be_checked()


async def test_a_date_is_first_shown_in_the_zone_of_the_person(
    slack: LocalSlack, ada: Visitor
) -> None:
    picker = {"type": "datetimepicker", "initial_date_time": SEVEN}
    opened(slack, input_block("when", picker))

    await expect(ada.form.get_by_label("when")).to_have_value("2026-03-30T19:00")
    await expect(ada.form).to_contain_text("Your time zone: Europe/Berlin")


async def test_a_select_leaves_out_direct_messages_where_it_is_told_to(
    slack: LocalSlack, ada: Visitor
) -> None:
    only = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
    opened(slack, input_block("channel", only))

    options = ada.form.get_by_label("channel").locator("option")
    assert ADA_AND_GRACE in slack.workspace.channels
    await expect(options).to_have_text(["Choose", "# general", "# sales", "# board", "# archive"])


async def test_a_choice_that_dispatches_is_told_at_once(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    radio = {"type": "radio_buttons", "options": [option("now"), option("later")]}
    opened(slack, input_block("when", radio, dispatch_action=True))

    await ada.form.get_by_label("later").check()

    assert (await the_action(slack, bot))["selected_option"] == option("later")


async def test_what_was_typed_stays_while_another_form_lies_on_it(
    slack: LocalSlack, ada: Visitor
) -> None:
    below = opened(slack, input_block("number", {"type": "plain_text_input"}))
    await ada.form.get_by_label("number").fill("+1 415")

    opened(slack, section("The transcript"), parent=below)
    await expect(ada.form).to_contain_text("The transcript")
    await ada.press("Back")

    await expect(ada.form.get_by_label("number")).to_have_value("+1 415")


async def test_what_was_typed_stays_when_the_form_is_updated(
    slack: LocalSlack, ada: Visitor
) -> None:
    number = input_block("number", {"type": "plain_text_input"})
    view = opened(slack, number)
    await ada.form.get_by_label("number").fill("+1 415")

    slack.workspace.update_view(view, modal(number, section("One more thing")))

    await expect(ada.form).to_contain_text("One more thing")
    await expect(ada.form.get_by_label("number")).to_have_value("+1 415")
    await expect(ada.form.get_by_label("number")).to_be_focused()


async def test_the_cross_closes_all_forms_and_tells_who_asked(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    below = opened(slack, section("Below"))
    below.payload["notify_on_close"] = True
    opened(slack, section("Above"), parent=below)
    await expect(ada.form).to_contain_text("Above")

    await ada.press("Close the form")

    await expect(ada.form).to_be_hidden()
    assert bot.of("view_closed")[0]["is_cleared"] is True


async def test_trouble_that_is_not_of_a_field_is_told_in_the_form(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    bot.answers({"response_action": "dance"})
    opened(slack, input_block("number", {"type": "plain_text_input"}))

    await ada.form.get_by_label("number").fill("1")
    await ada.press("Call")

    await expect(ada.form.locator(".problem")).to_contain_text("We had some trouble connecting")


# Shortcuts and mentions


async def test_a_message_shortcut_is_in_the_menu_of_a_message(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    message = slack.workspace.post(GENERAL, ADA, "Ring them")
    await ada.messages.first.hover()
    await ada.messages.first.get_by_role("button", name="More actions").click()

    await ada.page.get_by_role("menuitem", name="Call about this").click()

    await slack.until(lambda: bot.of("message_action"))
    (payload,) = bot.of("message_action")
    assert (payload["callback_id"], payload["message_ts"]) == ("call_about_message", message.ts)


async def test_a_global_shortcut_is_in_the_menu_by_the_composer(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    await ada.page.get_by_role("button", name="Shortcuts").click()
    await ada.page.get_by_role("menuitem", name="Place a call").click()

    await slack.until(lambda: bot.of("shortcut"))
    assert bot.of("shortcut")[0]["callback_id"] == "place_call"


async def test_the_bot_is_mentioned_in_a_thread_by_its_completed_name(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    root = slack.workspace.post(GENERAL, ADA, "Who rings them?")
    slack.workspace.post(GENERAL, ADA, "Somebody", thread_ts=root.ts)
    await ada.open_thread()
    composer = ada.page.get_by_label("Reply…")

    await composer.press_sequentially("@ri")
    await expect(ada.page.get_by_role("option")).to_contain_text(["Ringback"])
    await composer.press("Enter")
    await expect(composer).to_have_value("@Ringback ")
    await composer.press_sequentially("+1 415 555 2671 ask")
    await composer.press("Enter")

    await slack.until(lambda: bot.of("event_callback"))
    event = bot.of("event_callback")[0]["event"]
    assert (event["type"], event["thread_ts"]) == ("app_mention", root.ts)
    assert event["text"] == "<@U0RINGBACK> <tel:+14155552671|+1 415 555 2671> ask"
    await expect(ada.replies.last).to_contain_text("@Ringback +1 415 555 2671 ask")


async def test_a_mention_where_the_bot_is_not_says_how_to_invite_it(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    await ada.choose("sales")
    await ada.type("@Ringback call", place="#sales")
    await expect(ada.messages.last).to_contain_text("Type /invite @Ringback")
    await ada.type("/invite @Ringback", place="#sales")
    await expect(ada.messages.last).to_contain_text("@Ringback is in this channel now")
    assert bot.payloads == []

    await ada.type("@Ringback call", place="#sales")

    await slack.until(lambda: bot.of("event_callback"))


async def test_a_message_for_one_person_in_a_thread_shows_there(
    slack: LocalSlack, ada: Visitor
) -> None:
    root = slack.workspace.post(GENERAL, ADA, "Hello")
    slack.workspace.post(GENERAL, ADA, "Hello?", thread_ts=root.ts)
    slack.workspace.whisper(GENERAL, ADA, "Not yours", thread_ts=root.ts)
    await ada.open_thread()

    await expect(ada.replies.last).to_contain_text("Only visible to you")
    await expect(ada.messages).to_have_count(1)


# The Home tab


async def test_the_home_tab_is_told_when_opened_and_shows_what_is_published_live(
    slack: LocalSlack, bot: Bot, ada: Visitor
) -> None:
    await ada.choose("Ringback")
    await ada.page.get_by_role("link", name="Home").click()
    opened_home = ada.page.get_by_role("region", name="Home")
    await expect(opened_home).to_contain_text("published nothing here yet")
    published(slack, section("Your calls"))
    await expect(opened_home).to_contain_text("Your calls")

    published(slack, section("Your calls"), actions(button("Place a call")))
    await opened_home.get_by_role("button", name="Place a call").click()

    assert (await the_action(slack, bot))["action_id"] == "place a call"
    events = [payload["event"] for payload in bot.of("event_callback")]
    assert [(event["type"], event["tab"]) for event in events] == [
        ("app_home_opened", "messages"),
        ("app_home_opened", "home"),
    ]
    await ada.page.get_by_role("link", name="Messages").click()
    await expect(ada.page.get_by_label("Message Ringback")).to_be_visible()


async def test_at_400_pixels_nothing_is_wider_than_the_screen(
    chromium: Browser, slack: LocalSlack, bot: Bot
) -> None:
    word = "Supercalifragilisticexpialidocious" * 3
    long = section(word, accessory=button(word[:75]))
    many = actions(*[button(f"Button {number}") for number in range(6)], overflow("One"))
    posted(slack, long, many, {"type": "section", "fields": [mrkdwn(word)] * 2})
    published(slack, long, many)
    async with staged(slack) as url, visitor(chromium, url, width=400) as ada:
        wide = "[...document.querySelectorAll('*')].some(one => one.scrollWidth > innerWidth)"
        await expect(ada.messages.first).to_be_visible()
        assert await ada.page.evaluate(wide) is False
        await ada.page.get_by_role("button", name="Channels").click()
        await ada.choose("Ringback")
        await ada.page.get_by_role("link", name="Home").click()
        await expect(ada.page.get_by_role("region", name="Home")).to_contain_text("Button 1")
        assert await ada.page.evaluate(wide) is False
        opened(slack, long, input_block("when", {"type": "datetimepicker"}))
        await expect(ada.form).to_be_visible()
        assert await ada.page.evaluate(wide) is False
        inside = ada.form.locator(".modal-body")
        assert await inside.evaluate("body => body.scrollWidth > body.clientWidth") is False


async def test_a_phone_number_stays_in_one_line_wherever_it_stands(
    chromium: Browser, slack: LocalSlack, bot: Bot
) -> None:
    for length in range(10, 40, 3):
        line = f"{'m' * length} +1 415-555-2671"
        context = {"type": "context", "elements": [plain(line)]}
        posted(slack, rich_text(words("section", text(line))), section(f"*{line}*"), context)
    async with staged(slack) as url, visitor(chromium, url, width=320) as ada:
        await expect(ada.messages).to_have_count(10)

        lines = "all => all.map(one => one.getClientRects().length)"
        assert await ada.messages.locator(".number").evaluate_all(lines) == [1] * 30


async def test_messages_that_did_not_change_keep_their_elements_among_200(
    slack: LocalSlack, ada: Visitor
) -> None:
    for number in range(200):
        slack.workspace.post(GENERAL, GRACE, f"message {number}")
    await expect(ada.messages).to_have_count(200)
    first = await ada.messages.first.element_handle()

    await ada.type("one more")

    await expect(ada.messages).to_have_count(201)
    assert await ada.messages.first.evaluate("(element, first) => element === first", first)
    await expect(ada.messages.last).to_be_in_viewport()
