"""The answers to messages: what they ask, how they look, and what they say became of it."""

from datetime import timedelta
from typing import Final

import pytest

from bot.blocks.messages.drafts import draft_message
from bot.core.calls.call import Call
from bot.core.calls.states import EndReason
from bot.core.doubt import Doubt, DoubtKind
from bot.core.draft import Draft, DraftKind, DraftState
from tests.builders import (
    NOON,
    NUMBER_SPOKEN,
    a_call,
    a_call_with_result,
    a_draft,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
    problems_of,
)
from tests.rendered import rendered

EXTENSION: Final = Doubt(DoubtKind.EXTENSION, typed="ext. *12* <!here>", instead="12")
NEWER: Final = Doubt(DoubtKind.UNKNOWN_NUMBER, typed=NUMBER_SPOKEN, country="US")


def shown_for(draft: Draft, call: Call | None = None) -> list[str]:
    """Return what a draft's message shows, line by line."""
    message = draft_message(draft, "/call", call)
    assert problems_of(message) == []
    return rendered(message.blocks).splitlines()


@pytest.mark.parametrize(
    ("draft", "lines"),
    [
        (a_draft(), ["Call *+1 415-555-2671* about this?", "[!Call] [Edit]"]),
        (
            a_draft(DraftKind.AGAIN),
            ["Call *+1 415-555-2671* again about this?", "[!Call] [Edit]"],
        ),
        (
            a_draft(DraftKind.CONFIRM, NEWER),
            [
                "*+1 415-555-2671* may be a newer number than I know about. Call it about this?",
                "[!Call] [Edit]",
            ],
        ),
        (
            a_draft(DraftKind.NO_NUMBER),
            ["Which number should I call?", "[!Open the form]"],
        ),
        (a_draft(DraftKind.THANKS), ["You're welcome!"]),
    ],
    ids=["confirm", "again", "newer", "no number", "thanks"],
)
def test_an_answer_names_the_number_and_the_next_step(draft: Draft, lines: list[str]) -> None:
    assert shown_for(draft) == lines


def test_what_was_typed_stands_in_it_as_it_was_and_nothing_of_it_is_live() -> None:
    [question, buttons] = shown_for(a_draft(DraftKind.UNCLEAR, EXTENSION))

    assert question.startswith("I can't dial the extension (“ext. *12* <!here>”).")
    assert buttons == "[!Edit]"
    assert "&lt;!here&gt;" in draft_message(a_draft(DraftKind.UNCLEAR, EXTENSION), "/call").text


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (a_call(), "☎️ Calling +1 415-555-2671"),
        (a_waiting_call(), "☎️ Calling +1 415-555-2671"),
        (a_waiting_call(placed_at=None), "❓ Call to +1 415-555-2671: not confirmed"),
        (an_announced_call(attempts=3), "⏳ Waiting to call +1 415-555-2671"),
        (
            an_announced_call(dial_at=NOON + timedelta(days=1)),
            "🗓️ Call to +1 415-555-2671 scheduled for <date 2026-03-31 19:00 UTC>",
        ),
        (a_call_with_result(), "✅ Called +1 415-555-2671 · Completed"),
        (an_ended_call(EndReason.CANCELED), "🚫 Canceled before dialing · +1 415-555-2671"),
        (an_ended_call(EndReason.NOT_PLACED), "⚠️ Not placed · +1 415-555-2671"),
    ],
    ids=["requested", "calling", "unconfirmed", "held up", "scheduled", "called", "canceled",
         "not placed"],
)  # fmt: skip
def test_once_called_it_says_what_became_of_the_call_and_has_no_button(
    call: Call, line: str
) -> None:
    assert shown_for(a_draft(state=DraftState.CALLED, call_id=call.id), call) == [line]


def test_what_has_expired_leads_to_an_empty_form() -> None:
    expired = a_draft(state=DraftState.EXPIRED, number=None, recipient=None, prompt=None)

    assert shown_for(expired) == [
        "This has expired. Open the form to place a call.",
        "[Open the form]",
    ]


def test_what_another_answer_took_the_place_of_says_so_and_has_no_button() -> None:
    assert shown_for(a_draft(state=DraftState.REPLACED)) == ["My latest reply replaces this one."]


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (a_call_with_result(), "I already called *+1 415-555-2671* about this message ("),
        (a_call(), "I already took this message as a request to call *+1 415-555-2671* ("),
    ],
    ids=["called", "not yet"],
)
def test_an_edit_of_what_was_called_is_told_what_was_called(call: Call, line: str) -> None:
    [told] = shown_for(a_draft(DraftKind.ALREADY_CALLED), call)

    assert told.startswith(line)
    assert told.endswith("Editing it doesn't change that.")
