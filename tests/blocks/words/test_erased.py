"""What is shown of a call whose content was erased: that there was one, and how it ended."""

from dataclasses import replace

import pytest

from bot.blocks.messages.drafts import draft_message
from bot.blocks.messages.message import Message
from bot.blocks.messages.result import result_message
from bot.blocks.messages.status import status_message
from bot.blocks.views.home import list_message
from bot.core.calls.call import Call
from bot.core.calls.changes import erase_changes
from bot.core.calls.outcome import without_content
from bot.core.calls.result import CallResult
from bot.core.draft import DraftKind, DraftState
from bot.core.links import NO_LINKS
from tests.builders import NOON, a_call_with_result, problems_of, shown_by
from tests.core.test_draft import a_draft

COMPLETED = {"call_status": "success", "provider_status": "completed"}


def erased(call: Call) -> Call:
    """Return the call without its content."""
    left = call.normalized_result and without_content(call.normalized_result)
    return replace(call, **erase_changes(NOON), normalized_result=left)


def surfaces(call: Call) -> dict[str, Message]:
    """Return every message that shows the call."""
    draft = a_draft(kind=DraftKind.CONFIRM, state=DraftState.CALLED, call_id=call.id)
    return {
        "status": status_message(call),
        "result": result_message(call),
        "list": list_message([], [call], NO_LINKS),
        "draft": draft_message(draft, "/call", call),
    }


@pytest.mark.parametrize("surface", ["status", "result", "list", "draft"])
def test_an_erased_call_is_shown_by_how_it_ended_alone(surface: str) -> None:
    call = erased(a_call_with_result(call_summary="At seven, said Grace."))

    message = surfaces(call)[surface]

    assert problems_of(message) == []
    assert "an erased number" in shown_by(message)
    assert "Completed" in shown_by(message)
    assert "Grace" not in shown_by(message)


def test_an_erased_result_has_nothing_to_press() -> None:
    message = result_message(erased(a_call_with_result(call_summary="At seven.")))

    assert "What this call was about has been erased." in shown_by(message)
    assert [block for block in message.blocks if block["type"] == "actions"] == []


@pytest.mark.parametrize(
    ("reported", "left"),
    [
        (("success", "completed"), ("success", "completed")),
        (("voicemail", "left at Grace's"), ("voicemail", "")),
        (("Grace hung up", "completed"), ("", "")),
    ],
)
def test_of_a_result_only_the_words_of_the_table_are_left(
    reported: tuple[str, str], left: tuple[str, str]
) -> None:
    call_status, provider_status = reported
    result = CallResult(
        call_status=call_status, provider_status=provider_status, summary="At seven.", duration=12.5
    )

    assert without_content(result) == CallResult(call_status=left[0], provider_status=left[1])
