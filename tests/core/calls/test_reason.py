"""Reasons: what is kept of one comes back, whatever version wrote it."""

from datetime import timedelta

import pytest

from bot.core.calls.reason import NO_RESULT, UNINSTALLED, Reason, ReasonKind
from tests.builders import SUCCESS


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (
            Reason.refused("No phone number", status=400),
            {"kind": "callcow_refused", "message": "No phone number", "status": 400},
        ),
        (
            Reason.key_refused("Bad key", status=401),
            {"kind": "key_refused", "message": "Bad key", "status": 401},
        ),
        (
            Reason.too_late(late_by=timedelta(seconds=901.4), within=timedelta(minutes=15)),
            {"kind": "too_late", "late_by": 901, "within": 900},
        ),
        (Reason.no_thread("is_archived"), {"kind": "no_thread", "slack_error": "is_archived"}),
        (UNINSTALLED, {"kind": "uninstalled"}),
        (
            Reason.answered_after_all(SUCCESS),
            {
                "kind": "answered_after_all",
                "call_status": "success",
                "provider_status": "completed",
            },
        ),
        (NO_RESULT, {"kind": "no_result"}),
        (Reason.legacy("CallCow is closed."), {"kind": "legacy", "text": "CallCow is closed."}),
    ],
)
def test_a_reason_is_kept_by_its_kind_and_facts_and_comes_back(
    reason: Reason, kept: dict[str, object]
) -> None:
    assert reason.to_json() == kept
    assert Reason.from_json(kept) == reason


@pytest.mark.parametrize(
    "kept",
    [
        {"kind": "quiet_hours", "opens": "2026-03-30T08:00:00Z"},
        {"kind": None},
        {"kind": ["too_late"]},
        {},
    ],
)
def test_a_kind_of_a_later_version_is_unknown_and_kept_as_it_is(kept: dict[str, object]) -> None:
    reason = Reason.from_json(kept)

    assert reason.kind is ReasonKind.UNKNOWN
    assert reason.to_json() == kept


@pytest.mark.parametrize("kept", ["words", 3, ["too_late"]])
def test_what_is_no_object_is_unknown(kept: object) -> None:
    assert Reason.from_json(kept).kind is ReasonKind.UNKNOWN


def test_a_fact_that_is_no_text_reads_as_none() -> None:
    reason = Reason.from_json({"kind": "callcow_refused", "message": {"a": 1}})

    assert reason.text("message") == ""
