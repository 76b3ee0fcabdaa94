"""Forms and the Home tab in the local workspace: the methods for them, and what people do there."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.slack.contents import Interaction, View
from bot.demo.slack.people.actions import Chosen
from bot.demo.slack.people.fields import NotSubmittable
from bot.demo.slack.server import LocalSlack
from bot.demo.slack.workspace import ADA, GENERAL, GRACE, SALES
from tests.demo.listening import Bot, error_of, input_block, modal, option, plain

LATER = 1_700_003_600
RADIO = {"type": "radio_buttons", "options": [option("now"), option("later")]}
BOXES = {"type": "checkboxes", "options": [option("one"), option("two")]}
SELECT = {"type": "static_select", "options": [option("a")]}
TEXT = {"type": "plain_text_input"}


def button(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), "action_id": text.lower(), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "block_id": "actions", "elements": list(elements)}


def home(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks), **more}


def titled(title: str, **more: Any) -> dict[str, Any]:
    return {**modal({"type": "divider"}), "title": plain(title), **more}


def opened(slack: LocalSlack, payload: dict[str, Any]) -> View:
    return slack.workspace.open_view(ADA, payload, GENERAL)


def trigger(slack: LocalSlack, view: View | None = None) -> str:
    return slack.workspace.triggers.grant(Interaction(ADA, GENERAL, view=view))


# views.push


async def test_a_pushed_view_lies_on_the_one_that_it_was_pushed_from(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    below = opened(slack, titled("Below"))

    answer = await client.views_push(trigger_id=trigger(slack, below), view=titled("Above"))

    assert list(slack.open_views) == [below.id, answer["view"]["id"]]
    assert answer["view"]["root_view_id"] == answer["view"]["previous_view_id"] == below.id


async def test_no_more_than_two_views_are_pushed(slack: LocalSlack, client: AsyncWebClient) -> None:
    view = opened(slack, titled("1"))
    for title in ("2", "3"):
        answer = await client.views_push(trigger_id=trigger(slack, view), view=titled(title))
        view = slack.open_views[answer["view"]["id"]]

    error = await error_of(client.views_push(trigger_id=trigger(slack, view), view=titled("4")))

    assert error == "push_limit_reached"


async def test_a_view_is_pushed_only_from_a_view(slack: LocalSlack, client: AsyncWebClient) -> None:
    error = await error_of(client.views_push(trigger_id=trigger(slack), view=titled("1")))

    assert error == "not_found"


# views.update


async def test_a_view_is_updated_by_its_id(slack: LocalSlack, client: AsyncWebClient) -> None:
    view = opened(slack, titled("Before"))
    view.errors = {"number": "No"}

    answer = await client.views_update(view_id=view.id, view=titled("After"))

    assert view.payload["title"]["text"] == "After"
    assert view.errors == {}
    assert answer["view"]["hash"] == view.hash != f"{view.id}.0"


async def test_a_view_is_updated_by_its_external_id(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    view = opened(slack, titled("Before", external_id="mine"))

    await client.views_update(external_id="mine", view=titled("After", external_id="mine"))

    assert view.payload["title"]["text"] == "After"


async def test_two_open_views_do_not_share_an_external_id(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    opened(slack, titled("One", external_id="mine"))
    second = titled("Two", external_id="mine")

    error = await error_of(client.views_open(trigger_id=trigger(slack), view=second))

    assert error == "duplicate_external_id"


async def test_an_update_of_an_older_state_is_a_conflict(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    view = opened(slack, titled("Before"))
    seen = view.hash
    await client.views_update(view_id=view.id, view=titled("After"), hash=seen)

    error = await error_of(client.views_update(view_id=view.id, view=titled("Late"), hash=seen))

    assert error == "hash_conflict"
    assert view.payload["title"]["text"] == "After"


async def test_a_closed_view_is_not_updated(slack: LocalSlack, client: AsyncWebClient) -> None:
    view = opened(slack, titled("Before"))
    await slack.close(view)

    assert await error_of(client.views_update(view_id=view.id, view=titled("A"))) == "not_found"


# views.publish


async def test_a_home_is_published_for_one_person_and_replaced_in_place(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    first = await client.views_publish(user_id=ADA, view=home({"type": "divider"}))
    second = await client.views_publish(user_id=ADA, view=home(actions(button("Call"))))

    published = slack.home(ADA)
    assert published is not None
    assert published.payload["blocks"][0]["type"] == "actions"
    assert first["view"]["id"] == second["view"]["id"] == published.id
    assert slack.home(GRACE) is None
    assert slack.open_views == {}


async def test_only_a_home_view_is_published(client: AsyncWebClient) -> None:
    error = await error_of(client.views_publish(user_id=ADA, view=titled("Form")))

    assert error == "invalid_arguments"


async def test_a_home_view_is_not_opened_as_a_form(
    slack: LocalSlack, client: AsyncWebClient
) -> None:
    error = await error_of(client.views_open(trigger_id=trigger(slack), view=home()))

    assert error == "invalid_arguments"


async def test_nobody_unknown_gets_a_home(client: AsyncWebClient) -> None:
    error = await error_of(client.views_publish(user_id="U0NOBODY", view=home()))

    assert error == "invalid_arguments"


async def test_a_home_needs_its_tab_enabled(slack: LocalSlack, client: AsyncWebClient) -> None:
    slack.workspace.home_tab_enabled = False

    assert await error_of(client.views_publish(user_id=ADA, view=home())) == "not_enabled"


async def test_a_home_takes_no_more_than_100_blocks(client: AsyncWebClient) -> None:
    view = home(*[{"type": "divider"}] * 101)

    assert await error_of(client.views_publish(user_id=ADA, view=view)) == "invalid_arguments"


# The Home tab


async def test_opening_home_is_told_with_what_is_published(
    slack: LocalSlack, bot: Bot, client: AsyncWebClient
) -> None:
    await slack.open_home(ADA)
    await client.views_publish(user_id=ADA, view=home(callback_id="home"))
    await slack.open_home(ADA)

    first, second = [payload["event"] for payload in bot.payloads]
    assert first == {
        "type": "app_home_opened",
        "user": ADA,
        "channel": "D0ADA",
        "event_ts": "1700000000.000100",
        "tab": "home",
    }
    assert (second["view"]["type"], second["view"]["callback_id"]) == ("home", "home")


async def test_the_other_tab_is_told_too(slack: LocalSlack, bot: Bot) -> None:
    await slack.open_home(ADA, "messages")

    assert bot.payloads[0]["event"]["tab"] == "messages"
    assert "view" not in bot.payloads[0]["event"]


async def test_a_press_in_home_names_the_view_and_no_channel(slack: LocalSlack, bot: Bot) -> None:
    published = slack.workspace.publish_home(
        ADA, home(actions(button("Cancel", value="1"), button("Call")))
    )

    await slack.press_in_home(ADA, "cancel", "1")

    (payload,) = bot.payloads
    assert payload["type"] == "block_actions"
    assert payload["container"] == {"type": "view", "view_id": published.id}
    assert payload["view"]["id"] == published.id
    assert payload["user"]["id"] == ADA
    assert payload["actions"][0]["value"] == "1"
    assert not {"channel", "message", "response_url"} & set(payload)
    assert isinstance(slack.workspace.triggers.use(payload["trigger_id"]), Interaction)


async def test_nobody_presses_in_a_home_that_is_not_there(slack: LocalSlack) -> None:
    with pytest.raises(LookupError, match="nothing is published"):
        await slack.press_in_home(ADA, "call")


# Elements in views


async def test_a_press_in_a_form_carries_what_stands_in_its_fields(
    slack: LocalSlack, bot: Bot
) -> None:
    view = opened(slack, modal(input_block("number", TEXT), actions(button("More"))))

    await slack.press_in_view(view, "more", values={"number": "+1415"})

    (payload,) = bot.payloads
    assert payload["view"]["state"]["values"] == {
        "number": {"number_field": {"type": "plain_text_input", "value": "+1415"}}
    }
    assert payload["container"] == {"type": "view", "view_id": view.id}
    assert "response_url" not in payload


@pytest.mark.parametrize(
    ("element", "value", "chosen"),
    [
        (RADIO, "later", {"selected_option": option("later")}),
        (BOXES, ["two"], {"selected_options": [option("two")]}),
        (BOXES, [], {"selected_options": []}),
        ({"type": "datetimepicker"}, LATER, {"selected_date_time": LATER}),
        ({"type": "conversations_select"}, SALES, {"selected_conversation": SALES}),
        ({"type": "channels_select"}, SALES, {"selected_channel": SALES}),
        ({"type": "multi_users_select"}, [ADA, GRACE], {"selected_users": [ADA, GRACE]}),
        ({"type": "multi_users_select"}, [], {"selected_users": []}),
        (
            {"type": "static_select", "options": [option("a")]},
            "a",
            {"selected_option": option("a")},
        ),
        (TEXT, "Hello", {"value": "Hello"}),
    ],
    ids=lambda part: part["type"] if isinstance(part, dict) and "type" in part else "",
)
async def test_an_input_that_dispatches_tells_its_value_at_once(
    slack: LocalSlack, bot: Bot, element: dict[str, Any], value: Chosen, chosen: dict[str, Any]
) -> None:
    view = opened(slack, modal(input_block("what", element, dispatch_action=True)))

    await slack.press_in_view(view, "what_field", value, {"what": None})

    (action,) = bot.payloads[0]["actions"]
    del action["action_ts"]
    about = {"type": element["type"], "block_id": "what", "action_id": "what_field"}
    assert action == about | chosen
    state = bot.payloads[0]["view"]["state"]["values"]
    assert state == {"what": {"what_field": {"type": element["type"], **chosen}}}


async def test_boxes_that_are_checked_at_first_are_submitted_as_they_stand(
    slack: LocalSlack, bot: Bot
) -> None:
    boxes = {**BOXES, "initial_options": [option("one")]}
    view = opened(
        slack, modal(input_block("what", boxes), input_block("more", BOXES, optional=True))
    )

    await slack.submit(view)

    values = bot.payloads[0]["view"]["state"]["values"]
    assert values["what"]["what_field"]["selected_options"] == [option("one")]
    assert values["more"]["more_field"]["selected_options"] == []


async def test_boxes_of_which_one_is_required_are_not_submitted_unchecked(
    slack: LocalSlack,
) -> None:
    view = opened(slack, modal(input_block("what", BOXES)))

    with pytest.raises(NotSubmittable, match="required"):
        await slack.submit(view)


async def test_an_input_that_does_not_dispatch_tells_nothing(slack: LocalSlack, bot: Bot) -> None:
    view = opened(slack, modal(input_block("what", RADIO)))

    with pytest.raises(LookupError):
        await slack.press_in_view(view, "what_field", "later")

    assert bot.payloads == []


async def test_a_form_is_submitted_with_choices_and_a_date(slack: LocalSlack, bot: Bot) -> None:
    view = opened(
        slack,
        modal(
            input_block("how", RADIO),
            input_block("when", {"type": "datetimepicker"}, optional=True),
            input_block("where", {"type": "conversations_select"}, optional=True),
        ),
    )

    await slack.submit(view, {"how": "later", "when": LATER})

    assert bot.payloads[0]["view"]["state"]["values"] == {
        "how": {"how_field": {"type": "radio_buttons", "selected_option": option("later")}},
        "when": {"when_field": {"type": "datetimepicker", "selected_date_time": LATER}},
        "where": {"where_field": {"type": "conversations_select", "selected_conversation": None}},
    }


async def test_a_conversation_can_come_with_an_address_to_answer_at(
    slack: LocalSlack, bot: Bot
) -> None:
    select = {"type": "conversations_select", "response_url_enabled": True}
    view = opened(slack, modal(input_block("where", select)))

    await slack.submit(view, {"where": SALES})

    (address,) = bot.payloads[0]["response_urls"]
    assert address.pop("response_url").startswith(f"{slack.url}/response/")
    assert address == {"block_id": "where", "action_id": "where_field", "channel_id": SALES}


# Trouble, and closing


async def test_trouble_with_a_form_is_told_in_the_form(slack: LocalSlack, bot: Bot) -> None:
    bot.answers({"response_action": "dance"})
    view = opened(slack, modal(input_block("number", TEXT)))

    await slack.submit(view, {"number": "1"})

    assert view.open
    assert (view.problem or "").startswith("We had some trouble connecting: no response_action")
    assert slack.ephemerals == []


async def test_a_view_that_asks_is_told_when_it_is_closed(slack: LocalSlack, bot: Bot) -> None:
    view = opened(slack, titled("Form", notify_on_close=True))

    await slack.close(view)

    (payload,) = bot.payloads
    assert (payload["type"], payload["view"]["id"]) == ("view_closed", view.id)
    assert payload["is_cleared"] is False
    assert "trigger_id" not in payload


async def test_closing_a_pushed_view_shows_the_one_below(slack: LocalSlack) -> None:
    below = opened(slack, titled("Below"))
    above = slack.workspace.open_view(ADA, titled("Above"), GENERAL, below)

    replies = await slack.close(above)

    assert list(slack.open_views) == [below.id]
    assert replies == []


@pytest.mark.parametrize(("more", "all_of_them"), [({}, True), ({"clear_on_close": True}, False)])
async def test_the_whole_stack_can_be_closed_at_once(
    slack: LocalSlack, bot: Bot, more: dict[str, Any], *, all_of_them: bool
) -> None:
    below = opened(slack, titled("Below", notify_on_close=True))
    above = slack.workspace.open_view(ADA, titled("Above", **more), GENERAL, below)

    await slack.close(above, all_of_them=all_of_them)

    assert slack.open_views == {}
    assert [(one["view"]["id"], one["is_cleared"]) for one in bot.payloads] == [(below.id, True)]
