"""A person's calls, in the home tab and as the answer to `/call list`."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import pytest

from bot.blocks.views.home import RECENT_MAX, home_tab, list_message
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.states import EndReason
from bot.core.links import NO_LINKS, Links
from bot.core.policy.decision import OnDoNotCallList
from bot.demo.slack.limits import problems_of_view
from tests.blocks.surfaces.examples import AWAITS, THREE
from tests.builders import (
    NOON,
    PROMPT,
    a_call_with_result,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
    problems_of,
    texts_in,
)
from tests.rendered import rendered

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


def mrkdwn_in(part: object) -> list[str]:
    """Return every text in some blocks that Slack formats."""
    if isinstance(part, dict):
        own = [part["text"]] if part.get("type") == "mrkdwn" else []
        return own + [text for value in part.values() for text in mrkdwn_in(value)]
    return [text for item in part for text in mrkdwn_in(item)] if isinstance(part, list) else []


def test_with_nothing_yet_it_shows_how_to_begin() -> None:
    tab = home_tab([], [], LINKS, "/call")

    assert [button["action_id"] for button in buttons_in(tab["blocks"])] == ["place_call"]
    assert "You haven't placed any calls yet.\n\n*Quick*\n" in texts_in(tab["blocks"])
    assert "`/call` opens a form" in texts_in(tab["blocks"])
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

    words = rendered(home_tab([], [call], LINKS, "/call")["blocks"])

    assert "✅ *Completed* · +1 415-555-2671 · <date 2026-03-30 19:00 UTC> · <https://" in words
    assert "/archives/CGENERAL/p1002?thread_ts=100.1&cid=CGENERAL|Open the thread>" in words


def test_the_attempts_of_one_request_are_told_apart() -> None:
    missed = {"call_status": "not_picked_up", "provider_status": "no-answer"}
    calls = [
        ended(number, retry_plan=THREE, attempt_number=number, result=missed) for number in (2, 1)
    ]

    shown = rendered(home_tab([], calls, LINKS, "/call")["blocks"])

    assert "📵 *No answer* · attempt 2 of 3 · +1 415-555-2671" in shown
    assert "📵 *No answer* · attempt 1 of 3 · +1 415-555-2671" in shown


def test_a_call_whose_result_is_not_posted_yet_links_to_its_status_message() -> None:
    words = rendered(home_tab([], [a_waiting_call()], LINKS, "/call")["blocks"])

    assert "☎️ *Calling* · +1 415-555-2671" in words
    assert "/archives/CGENERAL/p1001|Open the thread>" in words


def test_there_are_no_links_while_the_workspaces_address_is_not_known() -> None:
    words = texts_in(home_tab([scheduled()], [ended()], NO_LINKS, "/call")["blocks"])

    assert "Open the thread" not in words


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (EndReason.CANCELED, "🚫 *Canceled before dialing*"),
        (EndReason.NOT_PLACED, "⚠️ *Not placed*"),
        (EndReason.NO_RESULT, "❓ *No result received*"),
    ],
)
def test_the_lack_of_a_result_is_an_outcome_too(ending: EndReason, words: str) -> None:
    assert words in rendered(home_tab([], [an_ended_call(ending)], LINKS, "/call")["blocks"])


def test_what_is_scheduled_can_be_canceled_by_a_button_that_carries_an_id_alone() -> None:
    call = scheduled(prompt="Ask for Josh, confidentially")

    [place, now, cancel] = buttons_in(home_tab([call], [], LINKS, "/call")["blocks"])

    assert (now["text"]["text"], now["value"]) == ("Call now", str(call.id))
    assert (cancel["text"]["text"], cancel["value"]) == ("Cancel", str(call.id))
    assert cancel["accessibility_label"] == "Cancel the call to +1 415-555-2671"
    assert "value" not in place


@pytest.mark.parametrize(
    ("waiting", "planned", "in_all", "shown", "left_out"),
    [
        (0, 10, (0, 10), (0, 10), []),
        (0, 10, (0, 11), (0, 10), ["1 more call is scheduled."]),
        (10, 0, (12, 0), (10, 0), ["2 more calls are waiting for approval."]),
        (
            10,
            10,
            (12, 30),
            (5, 5),
            ["7 more calls are waiting for approval.", "25 more calls are scheduled."],
        ),
        (10, 2, (10, 2), (8, 2), ["2 more calls are waiting for approval."]),
        (2, 10, (2, 10), (2, 8), ["2 more calls are scheduled."]),
    ],
)
def test_what_waits_and_what_is_scheduled_share_the_room_and_say_what_is_left_out(
    waiting: int, planned: int, in_all: tuple[int, int], shown: tuple[int, int], left_out: list[str]
) -> None:
    calls = [an_announced_call(id=UUID(int=100 + n), reason=AWAITS) for n in range(waiting)]
    calls += [scheduled(n) for n in range(planned)]

    lines = rendered(home_tab(calls, [], LINKS, "/call", in_all=in_all)["blocks"]).splitlines()

    icons = tuple(sum(line.startswith(icon) for line in lines) for icon in ("✋", "🗓️"))
    assert icons == shown
    assert [line.strip("()") for line in lines if " more " in line] == left_out


def test_a_prompt_of_many_lines_is_shown_in_one() -> None:
    words = texts_in(
        home_tab([scheduled(prompt="Ask\n\n\nfor  Josh")], [], LINKS, "/call")["blocks"]
    )

    assert "\nAsk for Josh" in words


def test_the_list_is_the_same_for_one_person_only() -> None:
    message = list_message([scheduled()], [ended()], LINKS)

    assert message.text == "Your calls: 1 scheduled, 1 recent."
    assert message.blocks == home_tab([scheduled()], [ended()], LINKS, "/call")["blocks"][3:]


def test_an_empty_list_is_one_line_and_the_button() -> None:
    message = list_message([], [], LINKS)

    assert message.text == "You haven't placed any calls yet."
    assert rendered(message.blocks).splitlines() == [
        "You haven't placed any calls yet.",
        "[!Place a call]",
    ]
    assert problems_of(message) == []


def test_a_call_shows_what_came_of_it_and_what_can_be_done_next() -> None:
    said = [{"role": "user", "content": "Yes?"}]
    call = a_call_with_result(call_summary="**Booked** Friday\n7:30 pm.", messages=said)

    lines = rendered(home_tab([], [call], NO_LINKS, "/call")["blocks"]).splitlines()

    assert lines[-2:] == ["Booked Friday 7:30 pm.", "[⋯ Call again / Transcript / Details]"]


def test_a_menu_of_one_item_is_a_button() -> None:
    blocked = Reason.by_policy(OnDoNotCallList("UGRACE", NOON))
    call = an_ended_call(EndReason.NOT_PLACED, reason=blocked)

    accessory = home_tab([], [call], NO_LINKS, "/call")["blocks"][-1]["accessory"]

    assert (accessory["type"], accessory["text"]["text"]) == ("button", "Details")
    assert (accessory["action_id"], accessory["value"]) == ("more:0", f"details:{call.id}")


@pytest.mark.parametrize("outside", ["2*3 or _4_ ~5~ `6`", "<!channel> &amp; <@U1>", ":tada: > 7"])
def test_what_comes_from_outside_is_shown_as_it_stands(outside: str) -> None:
    prompted = scheduled(prompt=f"Ask for {outside}")
    odd = an_ended_call(result={"call_status": outside}, prompt=f"Ask {outside}")

    blocks = home_tab([prompted], [odd], NO_LINKS, "/call")["blocks"]

    shown = [line for line in texts_in(blocks).splitlines() if outside in line]
    assert shown == [f"Ask for {outside}", outside, f"Ask {outside}"]
    assert not [text for text in mrkdwn_in(blocks) if outside in text]


def test_where_nothing_is_told_of_a_call_it_shows_what_was_asked() -> None:
    lines = rendered(home_tab([], [a_waiting_call()], NO_LINKS, "/call")["blocks"]).splitlines()

    assert lines[-1] == PROMPT


def test_a_call_that_waits_to_be_placed_can_be_canceled() -> None:
    held_up = an_announced_call(attempts=3)

    assert rendered(home_tab([], [held_up], NO_LINKS, "/call")["blocks"]).endswith("[×Cancel]")


def test_more_can_be_shown_where_there_are_more() -> None:
    blocks = home_tab([], [ended()], LINKS, "/call", older=20)["blocks"]

    assert rendered(blocks).endswith("[Show more]")
    assert buttons_in(blocks)[-1]["value"] == "20"


@pytest.mark.parametrize("character", ["x", "&", "😀", '"', "\\", "\n"])
def test_the_most_calls_with_the_longest_prompts_stay_within_slacks_limits(character: str) -> None:
    prompt = f"a{character * 2998}z"
    coming = [scheduled(n, prompt=prompt) for n in range(11)]
    past = [ended(n, prompt=prompt) for n in range(10)]

    message = list_message(coming, past, LINKS)

    assert problems_of(message) == []
    assert problems_of_view(home_tab(coming, past, LINKS, "/call")) == []
    assert texts_in(message.blocks).count("🗓️") >= 4


def test_the_list_says_how_many_it_shows() -> None:
    coming, past = [scheduled(n) for n in range(11)], [ended(n) for n in range(10)]

    message = list_message(coming, past, LINKS)

    shown = texts_in(message.blocks)
    soon, last = shown.count("🗓️"), shown.count("☎️")
    assert 5 <= soon <= 10
    assert 3 <= last < 10
    assert message.text == f"Your calls: {soon} scheduled, {last} recent."


def test_the_fullest_home_tab_is_within_slacks_limits() -> None:
    tab = home_tab(
        [scheduled(n) for n in range(11)],
        [ended(100 + n) for n in range(RECENT_MAX)],
        LINKS,
        "/call",
        older=0,
    )

    assert problems_of_view(tab) == []
