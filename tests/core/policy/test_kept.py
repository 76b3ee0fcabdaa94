"""What is kept of a decision, and read again."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.policy.decision import (
    AwaitingApproval,
    CrisisLine,
    DeactivatedCaller,
    DialingOff,
    EmergencyNumber,
    GuestCaller,
    Limit,
    LimitReached,
    NoOtherApprover,
    NoPhoneNumber,
    NumberType,
    OnDoNotCallList,
    OutsideHours,
    Paused,
    RefusedCountry,
    RefusedNumberType,
    UnlistedCaller,
)
from bot.core.policy.kept import Fact, from_json, rule_of, to_json

TIME = datetime(2026, 11, 25, 20, 40, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")
FACTS: list[tuple[Fact, dict[str, object]]] = [
    (DialingOff(), {"rule": "dialing_off"}),
    (Paused("U9", TIME), {"rule": "paused", "by": "U9", "since": "2026-11-25T20:40:00+00:00"}),
    (EmergencyNumber("911"), {"rule": "emergency_number", "digits": "911"}),
    (CrisisLine("988", "the 988"), {"rule": "crisis_line", "digits": "988", "name": "the 988"}),
    (
        RefusedNumberType("+19005551234", NumberType.PREMIUM_RATE),
        {"rule": "number_type", "number": "+19005551234", "number_type": "premium_rate"},
    ),
    (
        RefusedCountry("+80012345678", None, 800),
        {"rule": "country", "number": "+80012345678", "region": None, "calling_code": 800},
    ),
    (NoPhoneNumber("4155"), {"rule": "no_phone_number", "number": "4155"}),
    (
        OnDoNotCallList("U9", TIME),
        {"rule": "do_not_call", "added_by": "U9", "added_at": "2026-11-25T20:40:00+00:00"},
    ),
    (GuestCaller(), {"rule": "guest"}),
    (UnlistedCaller(), {"rule": "caller"}),
    (DeactivatedCaller("U9"), {"rule": "deactivated", "person": "U9"}),
    (
        LimitReached(Limit.NUMBER_PER_DAY, 6, TIME),
        {
            "rule": "limit",
            "limit": "number_per_day",
            "most": 6,
            "next_at": "2026-11-25T20:40:00+00:00",
        },
    ),
    (
        LimitReached(Limit.NUMBER_PER_DAY, 6, None),
        {"rule": "limit", "limit": "number_per_day", "most": 6, "next_at": None},
    ),
    (
        OutsideHours(
            datetime(2026, 11, 26, 2, 18, tzinfo=SYDNEY),
            datetime(2026, 11, 26, 8, 0, tzinfo=SYDNEY),
        ),
        {
            "rule": "hours",
            "local_time": "2026-11-26T02:18:00+11:00",
            "local_opening": "2026-11-26T08:00:00+11:00",
        },
    ),
    (AwaitingApproval(frozenset({"U9", "U2"})), {"rule": "approval", "approvers": ["U2", "U9"]}),
    (NoOtherApprover(), {"rule": "no_other_approver"}),
]


@pytest.mark.parametrize(("fact", "kept"), FACTS)
def test_a_fact_is_kept_and_read_again(fact: Fact, kept: dict[str, object]) -> None:
    assert to_json(fact) == kept
    assert from_json(json.loads(json.dumps(kept))) == fact
    assert rule_of(fact) == kept["rule"]


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"rule": "of_a_later_version"},
        {"rule": ["guest"]},
        {"rule": "paused", "by": "U9"},
        {"rule": "paused", "by": "U9", "since": "yesterday"},
        {"rule": "paused", "by": "U9", "since": 7},
        {"rule": "number_type", "number": "+1", "number_type": "of_a_later_version"},
    ],
)
def test_what_another_version_kept_is_none(kept: dict[str, object]) -> None:
    assert from_json(kept) is None
