"""The sentence for each reason."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.words.policy import Plain
from bot.blocks.words.reasons import people_named, reason_sentence
from bot.core.calls.reason import NO_RESULT, REDIRECTED, UNINSTALLED, Reason, ReasonKind
from bot.core.calls.result import CallResult
from bot.core.policy.decision import (
    AwaitingApproval,
    DialingOff,
    Limit,
    LimitReached,
    OnDoNotCallList,
    Paused,
)
from bot.core.policy.kept import Fact
from tests.builders import SUCCESS

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
FACTS = ("message", "slack_error", "outcome", "call_status", "text")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Reason.refused("Bad number", status=400), "then try again. CallCow says: Bad number"),
        (Reason.refused("", status=400), "then try again."),
        (
            Reason.refused("It cannot be called: no phone number is connected", status=422),
            "CallCow wouldn't place this call: no phone number is connected. "
            "Connect one in CallCow → Settings → Phone Numbers.",
        ),
        (Reason.key_refused("Bad key", status=401), "Ask whoever runs Ringback to replace it."),
        (
            Reason.too_late(late_by=timedelta(seconds=1000), within=timedelta(minutes=15)),
            "I couldn't send this call to CallCow within 15 minutes of its time, "
            "so no call was made.",
        ),
        (
            Reason.too_late(late_by=timedelta(hours=2), within=timedelta(hours=1)),
            "couldn't send this call to CallCow within an hour of its time",
        ),
        (Reason.no_thread("is_archived"), "Slack says is_archived"),
        (
            Reason(ReasonKind.RESTORED),
            "Ringback's records were restored from a backup, so I can't tell whether this call "
            "was made. I won't dial it.",
        ),
        (UNINSTALLED, "Ringback was removed from this workspace"),
        (Reason.answered_after_all(SUCCESS), "on the previous attempt says: Completed. I"),
        (
            Reason.answered_after_all(CallResult(call_status="parked")),
            "on the previous attempt says: parked. I",
        ),
        (
            Reason.from_json({"kind": "answered_after_all", "outcome": "Line busy"}),
            "on the previous attempt says: Line busy. I",
        ),
        (REDIRECTED, "to update CallCow's address in its settings."),
        (NO_RESULT, "hasn't said how it ended"),
        (Reason.legacy("It was closed."), "It was closed."),
        (
            Reason.from_json({"kind": "quiet_hours"}),
            "A newer version of Ringback recorded",
        ),
    ],
)
def test_it_says_what_happened(reason: Reason, words: str) -> None:
    assert words in reason_sentence(reason)


def test_a_rule_is_said_with_the_names_and_in_the_zone_of_who_reads_it() -> None:
    blocked = Reason.by_policy(OnDoNotCallList("U0GRACE", NOON))
    limited = Reason.by_policy(LimitReached(Limit.NUMBER_PER_DAY, 6, NOON))
    in_tokyo = Plain(zone=ZoneInfo("Asia/Tokyo"), names={"U0GRACE": "Grace"})

    assert reason_sentence(blocked, in_tokyo) == (
        "This number asked not to be called (added by Grace on Nov 25). An admin can unblock it."
    )
    assert "can be placed Nov 25, 9:00 PM." in reason_sentence(limited, in_tokyo)
    assert "can be placed Nov 25, 12:00 PM UTC." in reason_sentence(limited)


@pytest.mark.parametrize(
    ("fact", "people"),
    [
        (OnDoNotCallList("U0GRACE", NOON), ["U0GRACE"]),
        (OnDoNotCallList("", NOON), []),
        (Paused("U0GRACE", NOON), ["U0GRACE"]),
        (AwaitingApproval(frozenset({"U2", "U1"})), ["U1", "U2"]),
        (AwaitingApproval(frozenset({"U1", "U2", "U3", "U4"})), []),
        (DialingOff(), []),
    ],
)
def test_those_whom_the_sentence_names_are_known(fact: Fact, people: list[str]) -> None:
    assert people_named(Reason.by_policy(fact)) == people
    assert people_named(None) == []


def test_without_a_reason_there_is_nothing_to_say() -> None:
    assert reason_sentence(None) == ""


@pytest.mark.parametrize("kind", ReasonKind)
def test_a_reason_whose_facts_are_missing_or_odd_is_still_said(kind: ReasonKind) -> None:
    odd = Reason(
        kind,
        {name: ["odd"] for name in FACTS},
    )

    assert isinstance(reason_sentence(odd), str)
    assert isinstance(reason_sentence(Reason(kind)), str)
