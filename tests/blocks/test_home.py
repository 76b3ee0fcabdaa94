"""A person's calls, in the home tab and as the answer to `/call list`."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from bot.blocks.home import home_tab, list_message
from bot.blocks.links import NO_LINKS, Links
from bot.core.call import Call, EndReason
from bot.demo.slack.limits import problems_of_view
from tests.builders import (
    NOON,
    a_call_with_result,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
    problems_of,
    texts_in,
)

LINKS: Final = Links("https://a-workspace-with-a-long-name.enterprise.slack.com/")
TOMORROW: Final = NOON + timedelta(days=1)


def scheduled(number: int = 0, **changes: Any) -> Call:
    """Return a call that is scheduled for tomorrow, in a thread."""
    given = {"id": UUID(int=number), "dial_at": TOMORROW, "thread_ts": "1700000000.000100"}
    return an_announced_call(**{**given, "message_ts": "1700000000.000200", **changes})


def ended(number: int = 0, **changes: Any) -> Call:
    """Return a call whose result stands in its thread."""
    given = {"id": UUID(int=number), "result": {"call_status": "<" * 300, "provider_status": "x"}}
    thread = {"thread_ts": "1700000000.000100", "result_ts": "1700000000.000300"}
    return an_ended_call(**{**given, **thread, "result_in": "CGENERAL", **changes})


def buttons_in(part: object) -> list[dict[str, Any]]:
    """Return every button in some blocks."""
    if isinstance(part, dict):
        own = [part] if part.get("type") == "button" else []
        return own + [button for value in part.values() for button in buttons_in(value)]
    return (
        [button for item in part for button in buttons_in(item)] if isinstance(part, list) else []
    )


def test_with_nothing_yet_it_shows_how_to_begin() -> None:
    tab = home_tab([], [], LINKS, "/call")

    assert [button["action_id"] for button in buttons_in(tab["blocks"])] == ["place_call"]
    assert "You have placed no calls yet. These are the ways to do it:" in texts_in(tab["blocks"])
    assert "`/call` alone opens a form" in texts_in(tab["blocks"])
    assert problems_of_view(tab) == []


def test_with_calls_it_shows_those_instead() -> None:
    tab = home_tab([], [a_call_with_result()], LINKS, "/call")

    assert "opens a form" not in texts_in(tab["blocks"])


def test_a_recent_call_shows_its_outcome_its_time_and_a_link_to_its_thread() -> None:
    call = an_ended_call(
        result={"call_status": "success", "provider_status": "completed"},
        result_ts="100.2",
        result_in="CGENERAL",
    )

    words = texts_in(home_tab([], [call], LINKS, "/call")["blocks"])

    assert "✅ *Completed*: +1 415-555-2671, <!date^1774872000^" in words
    assert "/archives/CGENERAL/p1002?thread_ts=100.1&cid=CGENERAL|Open the thread>" in words


def test_a_call_whose_result_is_not_posted_yet_links_to_its_status_message() -> None:
    words = texts_in(home_tab([], [a_waiting_call()], LINKS, "/call")["blocks"])

    assert "☎️ *On the phone*: +1 415-555-2671" in words
    assert "/archives/CGENERAL/p1001|Open the thread>" in words


def test_there_are_no_links_while_the_workspaces_address_is_not_known() -> None:
    words = texts_in(home_tab([scheduled()], [ended()], NO_LINKS, "/call")["blocks"])

    assert "Open the thread" not in words


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (EndReason.CANCELED, "🚫 *Canceled before dialing*"),
        (EndReason.NOT_PLACED, "⚠️ *Not placed*"),
        (EndReason.NO_RESULT, "❔ *No result received*"),
    ],
)
def test_the_lack_of_a_result_is_an_outcome_too(ending: EndReason, words: str) -> None:
    assert words in texts_in(home_tab([], [an_ended_call(ending)], LINKS, "/call")["blocks"])


def test_what_is_scheduled_can_be_canceled_by_a_button_that_carries_an_id_alone() -> None:
    call = scheduled(prompt="Ask for Josh, confidentially")

    [place, cancel] = buttons_in(home_tab([call], [], LINKS, "/call")["blocks"])

    assert (cancel["text"]["text"], cancel["value"]) == ("Cancel", str(call.id))
    assert cancel["accessibility_label"] == "Cancel the call to +1 415-555-2671"
    assert "value" not in place


def test_what_is_left_out_at_the_end_is_said() -> None:
    some = home_tab([scheduled(n) for n in range(10)], [], LINKS, "/call")
    more = home_tab([scheduled(n) for n in range(11)], [], LINKS, "/call")

    assert "Later ones are not shown." not in texts_in(some["blocks"])
    assert "Later ones are not shown." in texts_in(more["blocks"])


def test_a_prompt_of_many_lines_is_shown_in_one() -> None:
    words = texts_in(
        home_tab([scheduled(prompt="Ask\n\n\nfor  Josh")], [], LINKS, "/call")["blocks"]
    )

    assert "\nAsk for Josh" in words


def test_the_list_is_the_same_for_one_person_only() -> None:
    message = list_message([scheduled()], [ended()], LINKS, "/call")

    assert message.text == "Your calls: 1 scheduled, and the last 1."
    assert message.blocks == home_tab([scheduled()], [ended()], LINKS, "/call")["blocks"][1:]


def test_an_empty_list_shows_how_to_begin() -> None:
    message = list_message([], [], LINKS, "/ringback")

    assert "You have placed no calls yet." in message.text
    assert "`/ringback` alone opens a form" in texts_in(message.blocks)
    assert problems_of(message) == []


@pytest.mark.parametrize("character", ["x", "&", "😀", '"', "\\", "\n"])
def test_the_most_calls_with_the_longest_prompts_stay_within_slacks_limits(character: str) -> None:
    prompt = f"a{character * 2998}z"
    coming = [scheduled(n, prompt=prompt) for n in range(11)]
    past = [ended(n, prompt=prompt) for n in range(10)]

    message = list_message(coming, past, LINKS, "/call")

    assert problems_of(message) == []
    assert problems_of_view(home_tab(coming, past, LINKS, "/call")) == []
    # Of the list, past calls are left out first.
    assert texts_in(message.blocks).count("🗓️") == 10


def test_the_list_says_how_many_it_shows() -> None:
    coming, past = [scheduled(n) for n in range(11)], [ended(n) for n in range(10)]

    message = list_message(coming, past, LINKS, "/call")

    count = texts_in(message.blocks).count("☎️")
    assert 3 <= count < 10
    assert message.text == f"Your calls: 10 scheduled, and the last {count}."
