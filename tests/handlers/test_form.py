"""The submitted form, through real signed requests."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from bot.clock import utc_now
from bot.core.calls.retry_plan import RetryPlan
from bot.core.calls.states import State
from bot.demo.slack.contents import View
from bot.demo.slack.workspace import ADA, ADA_AND_GRACE, BOARD, GENERAL, SALES
from tests.conftest import both_databases
from tests.handlers.test_command import named
from tests.world import NUMBER, PROMPT, World, shown

FILLED: Final[dict[str, Any]] = {"number": NUMBER, "prompt": PROMPT}
VOICEMAIL: Final = "after_voicemail"


def fields_of(view: View) -> dict[str, dict[str, Any]]:
    """Return the elements of a form's input blocks, by name."""
    blocks = view.payload["blocks"]
    return {block["block_id"]: block["element"] for block in blocks if block["type"] == "input"}


async def choose_another_channel(
    world: World, view: View, typed: dict[str, Any] | None = None
) -> None:
    """Choose in a form to post in another channel, after those fields were filled in."""
    await world.slack.press_in_view(view, "place", "other_channel", typed or FILLED)


async def test_a_submitted_form_places_the_call_and_closes(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        reply = await world.slack.submit(view, {"number": "(415) 555-2671", "prompt": PROMPT})

        assert (reply.status, reply.text) == (200, "")
        assert not view.open
        dial = await world.until_dialed()
        assert (dial.recipient_phone, dial.prompt) == (NUMBER, PROMPT)
        assert (await world.until_posted()).channel == GENERAL
        assert world.slack.ephemerals == []


@pytest.mark.parametrize(
    ("chosen", "place"),
    [({"channel": SALES}, f"<#{SALES}>"), ({"place": "only_me"}, "our direct message")],
    ids=["another channel", "just me"],
)
async def test_where_a_call_elsewhere_is_followed_is_told_where_it_was_asked_for(
    world: World, chosen: dict[str, str], place: str
) -> None:
    async with world.bot():
        view = await world.open_form()
        if "channel" in chosen:
            await choose_another_channel(world, view)

        await world.slack.submit(view, {**FILLED, **chosen})

        await world.slack.until(lambda: world.slack.ephemerals)
        [told] = world.slack.ephemerals
        assert (told.channel, told.user) == (GENERAL, ADA)
        assert told.text.startswith("☎️ Calling +1 415-555-2671. <https://")
        assert told.text.endswith(f"|Follow it> in {place}.")


async def test_in_the_direct_message_itself_nothing_is_told_of_where_it_is(world: World) -> None:
    direct = world.slack.workspace.direct_message(ADA)
    async with world.bot():
        await world.slack.command(ADA, direct.id, "")
        [view] = world.slack.open_views.values()

        await world.slack.submit(view, {**FILLED, "place": "only_me"})

        await world.until_dialed()
        await world.until_posted(direct.id)
        assert world.slack.ephemerals == []


async def test_the_call_is_posted_in_the_conversation_that_was_chosen(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        await choose_another_channel(world, view)

        await world.slack.submit(view, {**FILLED, "channel": SALES})

        await world.until_posted(SALES)
        assert world.slack.messages(GENERAL) == []


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        ("+1 415 555", "too short for the United States"),
        ("+1 415 555 26711", "too long for the United States"),
        ("+44 20 79", "too short for the United Kingdom"),
        ("+1 123 456 7890", "isn't a number in use in the United States"),
        ("call Josh", "isn't only a number"),
    ],
)
async def test_a_number_that_cannot_be_dialed_is_an_error_at_its_field(
    world: World, number: str, trouble: str
) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": number, "prompt": PROMPT})

        assert list(view.errors) == ["number"]
        assert trouble in view.errors["number"]
        assert view.open
        assert await world.saved_calls() == []


@pytest.mark.parametrize(
    ("prompt", "trouble"),
    [
        (" \n ", "Say what the call is for"),
        ("book it", "too short"),
    ],
)
async def test_a_prompt_of_no_use_is_an_error_at_its_field_with_a_good_example(
    world: World, prompt: str, trouble: str
) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": prompt})

        assert list(view.errors) == ["prompt"]
        assert trouble in view.errors["prompt"]
        assert "for example “Book a table for Friday 7pm" in view.errors["prompt"]
        assert await world.saved_calls() == []


async def test_both_fields_are_named_at_once(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": "415", "prompt": "help"})

        assert sorted(view.errors) == ["number", "prompt"]


async def test_a_corrected_form_is_placed(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, {"number": "911", "prompt": PROMPT})

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        assert (await world.until_dialed()).recipient_phone == NUMBER


@both_databases
async def test_the_same_form_submitted_twice_is_one_call(world: World) -> None:
    values = {"number": NUMBER, "prompt": PROMPT}
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, values)

        again = await world.slack.submit(view, values)

        assert again.acknowledged
        assert len(await world.saved_calls()) == 1
        await world.until_dialed()
        assert len(world.callcow.dials) == 1


async def test_a_form_carries_text_raw(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": "Say &amp; spell <b>&lt;</b>"})

        assert (await world.until_dialed()).prompt == "Say &amp; spell <b>&lt;</b>"


async def test_a_locked_database_is_told_in_the_form_which_stays_open(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        async with world.locked():
            reply = await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT})

        assert reply.acknowledged
        assert "Nothing was saved" in view.errors["prompt"]
        assert view.open
        assert await world.saved_calls() == []


async def test_a_form_submitted_again_after_the_lock_is_one_call(world: World) -> None:
    values = {"number": NUMBER, "prompt": PROMPT}
    async with world.bot():
        view = await world.open_form()
        async with world.locked():
            await world.slack.submit(view, values)

        await world.slack.submit(view, values)

        await world.until_dialed()
        assert len(await world.saved_calls()) == 1


async def test_a_private_channel_without_the_bot_moves_the_thread_to_a_direct_message(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form()
        await choose_another_channel(world, view)

        await world.slack.submit(view, {**FILLED, "channel": BOARD})

        await world.until_dialed()
        direct = world.slack.workspace.direct_message(ADA)
        status = shown(await world.until_posted(direct.id))
        assert f"I couldn't post in <#{BOARD}>" in status
        assert "/invite @Ringback" in status


# Where, when, and if nobody answers


async def test_just_me_posts_in_a_direct_message(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "place": "only_me"})

        direct = world.slack.workspace.direct_message(ADA)
        assert "I couldn't post" not in shown(await world.until_posted(direct.id))
        assert world.slack.messages(GENERAL) == []


async def test_the_channel_is_asked_for_once_another_is_chosen_and_nothing_typed_is_lost(
    world: World,
) -> None:
    at = int(utc_now().timestamp()) + 86_400
    typed = {**FILLED, "when": at, "if_unanswered": "once_more", "after_voicemail": [VOICEMAIL]}
    async with world.bot():
        view = await world.open_form()
        assert "channel" not in fields_of(view)

        await choose_another_channel(world, view, typed)

        assert "channel" in fields_of(view)
        await world.slack.submit(view, {"channel": SALES})
        call = await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        assert (call.recipient, call.prompt, call.channel) == (NUMBER, PROMPT, SALES)
        assert call.dial_at == datetime.fromtimestamp(at, UTC)
        assert call.retry_plan == RetryPlan(2, timedelta(minutes=15), after_voicemail=True)


async def test_the_channel_is_not_asked_for_any_more_once_another_place_is_chosen(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form()
        await choose_another_channel(world, view)

        chosen = {**FILLED, "channel": SALES}
        await world.slack.press_in_view(view, "place", "here", chosen)

        assert "channel" not in fields_of(view)
        await world.slack.submit(view, FILLED)
        assert (await world.until_posted()).channel == GENERAL


async def test_what_is_doubtful_about_the_number_stays_named_when_the_channel_is_asked_for(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form("+1 415 555, book a table for two")
        assert "too short for the United States" in named(view)

        await world.slack.press_in_view(view, "place", "other_channel")

        assert "too short for the United States" in named(view)


async def test_a_choice_in_a_form_that_has_changed_meanwhile_changes_nothing(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        def change(method: str) -> None:
            if method == "views.update":
                world.slack.workspace.update_view(view, view.payload)

        world.slack.faults.choose = change
        reply = await world.slack.press_in_view(view, "place", "other_channel", FILLED)

        assert reply.acknowledged
        assert "channel" not in fields_of(view)


async def test_a_form_submitted_before_it_asked_for_the_channel_says_so_at_the_place(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(view, {**FILLED, "place": "other_channel"})

        assert list(view.errors) == ["place"]
        assert "Choose the channel below." in view.errors["place"]
        assert await world.saved_calls() == []


async def test_another_channel_without_one_is_an_error_at_the_channel(world: World) -> None:
    async with world.bot():
        view = await world.open_form()
        await choose_another_channel(world, view)
        for block in view.payload["blocks"]:
            # Slack's clients let nobody submit it otherwise.
            if block.get("block_id") == "channel":
                block["optional"] = True

        await world.slack.submit(view, FILLED)

        assert list(view.errors) == ["channel"]
        assert "Choose the channel to post in" in view.errors["channel"]
        assert await world.saved_calls() == []


async def test_a_form_opened_in_a_direct_message_offers_to_post_to_the_person_alone(
    world: World,
) -> None:
    async with world.bot():
        await world.slack.command(ADA, ADA_AND_GRACE)
        [view] = world.slack.open_views.values()

        options = fields_of(view)["place"]["options"]
        assert [option["value"] for option in options] == ["only_me", "other_channel"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3600, "That time has passed"),
        (-10 * 365 * 86_400, "That time has passed"),
        (30 * 86_400 + 120, "more than 30 days ahead"),
        (8 * 10**9, "more than 30 days ahead"),
        (10**18, "can't read that time"),
    ],
)
async def test_a_time_of_no_use_is_an_error_at_its_field(
    world: World, seconds: int, words: str
) -> None:
    async with world.bot():
        view = await world.open_form()

        at = int(utc_now().timestamp()) + seconds
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})

        assert list(view.errors) == ["when"]
        assert words in view.errors["when"]
        assert await world.saved_calls() == []


async def test_all_that_is_wrong_is_said_at_once(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(
            view, {"number": "415", "prompt": "help", "place": "other_channel", "when": 10**9}
        )

        assert sorted(view.errors) == ["number", "place", "prompt", "when"]


async def test_the_time_and_what_follows_no_answer_are_kept(world: World) -> None:
    at = int(utc_now().timestamp()) + 86_400
    async with world.bot():
        view = await world.open_form()

        await world.slack.submit(
            view,
            {"number": NUMBER, "prompt": PROMPT, "when": at, "if_unanswered": "three_in_all"},
        )

        call = await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        assert (call.dial_at, call.due_at) == (datetime.fromtimestamp(at, UTC),) * 2
        assert call.retry_plan == RetryPlan(3, timedelta(hours=1))
        assert world.callcow.dials == []


async def test_a_call_for_this_minute_is_placed_now(world: World) -> None:
    async with world.bot():
        view = await world.open_form()

        at = int(utc_now().timestamp()) - 30
        await world.slack.submit(view, {"number": NUMBER, "prompt": PROMPT, "when": at})

        await world.until_dialed()


# Forms from before an upgrade


def a_form_of_the_first_version(channel: str) -> dict[str, Any]:
    """Return the form as it was before it asked when, where and how often."""

    def field(name: str, element: dict[str, Any]) -> dict[str, Any]:
        label = {"type": "plain_text", "text": name}
        return {
            "type": "input",
            "block_id": name,
            "label": label,
            "optional": name == "place",
            "element": {**element, "action_id": name},
        }

    return {
        "type": "modal",
        "callback_id": "place_call",
        "title": {"type": "plain_text", "text": "Place a call"},
        "submit": {"type": "plain_text", "text": "Call"},
        "blocks": [
            field("number", {"type": "plain_text_input"}),
            field("prompt", {"type": "plain_text_input"}),
            field("place", {"type": "conversations_select"}),
        ],
        "private_metadata": f'{{"channel": "{channel}"}}',
    }


@pytest.mark.parametrize(("chosen", "place"), [(None, "D0ADA"), (SALES, SALES)])
async def test_a_form_that_was_open_during_an_upgrade_is_placed_where_it_was_chosen_or_directly(
    world: World, chosen: str | None, place: str
) -> None:
    async with world.bot():
        view = await world.open_form()
        view.payload = a_form_of_the_first_version(GENERAL)

        reply = await world.slack.submit(
            view, {"number": NUMBER, "prompt": PROMPT, "place": chosen}
        )

        assert (reply.problem, reply.text) == (None, "")
        assert PROMPT in shown(await world.until_posted(place))
        assert (await world.until_dialed()).recipient_phone == NUMBER


async def test_a_choice_that_only_another_version_offers_means_no_further_attempt(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form()
        for block in view.payload["blocks"]:
            if block.get("block_id") == "if_unanswered":
                option = {"text": {"type": "plain_text", "text": "Ever"}, "value": "for_ever"}
                block["element"]["options"].append(option)

        await world.slack.submit(
            view, {"number": NUMBER, "prompt": PROMPT, "if_unanswered": "for_ever"}
        )

        assert (await world.saved()).retry_plan == RetryPlan()


@pytest.mark.parametrize("prompt", ["&" * 3000, "😀" * 3000, '"' * 3000])
async def test_the_longest_prompt_goes_all_the_way(world: World, prompt: str) -> None:
    async with world.bot():
        view = await world.open_form()
        await world.slack.submit(view, {"number": NUMBER, "prompt": prompt})
        status = await world.until_posted()
        dial = await world.until_dialed()
        fills = [{"name": "n" * 100, "value": '"' * 1000}] * 60
        await world.callcow.finish(dial.call_id, call_summary=prompt * 7, form_fills=fills)
        await world.until_replied(status)
        await world.until_saved(lambda call: call.state is State.REPORTED)

        await world.slack.open_home(ADA)
        listed = await world.slack.command(ADA, GENERAL, "list")

        assert dial.prompt == prompt
        assert listed.problem is None
        refused = [request for request in world.slack.requests if not (request.answer or {})["ok"]]
        assert refused == []


# Numbers newer than what is known of them


async def test_a_number_that_is_possible_but_unknown_is_asked_back_once_then_placed(
    world: World,
) -> None:
    at = int(utc_now().timestamp()) + 86_400
    chosen = {"channel": SALES, "if_unanswered": "once_more", "when": at}
    async with world.bot():
        view = await world.open_form()
        await choose_another_channel(world, view)

        await world.slack.submit(view, {"number": "+1 679 555 0123", "prompt": PROMPT, **chosen})
        assert view.open
        assert view.errors == {}
        assert "don't recognize “+1 679 555 0123” as a number in the United States" in named(view)
        assert await world.saved_calls() == []

        await world.slack.submit(view)

        call = await world.until_saved(lambda call: call.state is State.ANNOUNCED)
        assert (call.recipient, call.prompt, call.channel) == ("+16795550123", PROMPT, SALES)
        assert call.retry_plan == RetryPlan(2, timedelta(minutes=15))
        assert call.dial_at == datetime.fromtimestamp(at, UTC)


async def test_another_unknown_number_than_the_one_asked_about_is_asked_back_itself(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form("+1 679 555 0123 book a table for two")
        assert "don't recognize “+1 679 555 0123”" in named(view)

        await world.slack.submit(view, {"number": "+1 729 555 0123"})

        assert "don't recognize “+1 729 555 0123”" in named(view)
        assert await world.saved_calls() == []


async def test_an_unknown_number_that_the_command_asked_about_is_placed_by_its_form(
    world: World,
) -> None:
    async with world.bot():
        view = await world.open_form("+1 679 555 0123 book a table for two")

        await world.slack.submit(view)

        assert (await world.until_dialed()).recipient_phone == "+16795550123"
