"""Every sentence of the policy, word for word, in both forms."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.words.policy import (
    APPROVERS_NAMED,
    Mrkdwn,
    Plain,
    approvers,
    ask_back,
    by_rule,
    choose_time,
    goes_at_opening,
    hold,
    moved,
    not_allowed,
    not_now,
    refusal,
)
from bot.core.policy.decision import (
    AwaitingApproval,
    CrisisLine,
    DeactivatedCaller,
    DialingOff,
    EmergencyNumber,
    GuestCaller,
    Hold,
    Limit,
    LimitReached,
    NoOtherApprover,
    NumberType,
    OnDoNotCallList,
    OutsideHours,
    Paused,
    Refusal,
    RefusedCountry,
    RefusedNumberType,
    UnlistedCaller,
)
from bot.core.policy.kept import Fact

# 3:40 PM in New York; Unix time 1795639200.
TIME: Final = datetime(2026, 11, 25, 20, 40, tzinfo=UTC)
TOKEN: Final = "<!date^1795639200^{date_short_pretty} at {time}|2026-11-25 20:40 UTC>"
DAY: Final = "<!date^1795639200^{date_short}|2026-11-25>"
MRKDWN: Final = Mrkdwn()
PLAIN: Final = Plain(ZoneInfo("America/New_York"), {"U9": "Grace"})
SYDNEY: Final = ZoneInfo("Australia/Sydney")
NIGHT: Final = OutsideHours(
    datetime(2026, 11, 26, 2, 18, tzinfo=SYDNEY), datetime(2026, 11, 26, 7, 40, tzinfo=SYDNEY)
)

REFUSALS: Final[list[tuple[Refusal, str]]] = [
    (
        EmergencyNumber("911"),
        "911 is an emergency number. Ringback never calls it: dial it yourself, now.",
    ),
    (
        CrisisLine("988", "the 988 Suicide & Crisis Lifeline"),
        "988 is a crisis line (988 Suicide & Crisis Lifeline). "
        "Ringback never calls it. Please call it yourself, right now.",
    ),
    (
        RefusedNumberType("+19005551234", NumberType.PREMIUM_RATE),
        "+1 900-555-1234 is a premium-rate number. An admin can change REFUSED_NUMBER_TYPES.",
    ),
    (
        RefusedNumberType("+881612345678", NumberType.NO_COUNTRY),
        "+881 6 123 45678 is a number that belongs to no country, such as a satellite phone. "
        "An admin can change REFUSED_NUMBER_TYPES.",
    ),
    (
        RefusedCountry("+33142685300", "FR", 33),
        "Calls to France are turned off here. An admin can change COUNTRIES.",
    ),
    (
        RefusedCountry("+12127365000", "US", 1),
        "Calls to the United States are turned off here. An admin can change COUNTRIES.",
    ),
    (
        RefusedCountry("+80012345678", None, 800),
        "Calls to country code +800 are turned off here. An admin can change COUNTRIES.",
    ),
    (
        GuestCaller(),
        "Guests cannot place calls here. Ask a full member of this workspace to place this call.",
    ),
    (
        UnlistedCaller(),
        "Only certain people can place calls here. Ask an admin to add you.",
    ),
    (
        DeactivatedCaller("U9"),
        "The person who asked for this call is no longer active in Slack, so no call was made. "
        "Place it again if it still makes sense.",
    ),
    (
        LimitReached(Limit.NUMBER_PER_DAY, 6, None),
        "Counting every attempt, that's more calls than are allowed here in a day (6). "
        "Choose fewer attempts.",
    ),
    (
        NoOtherApprover(),
        "Calls here need somebody else's approval, and there's nobody to give it. Ask an admin, or "
        "whoever runs Ringback, to choose who approves calls, and in which channel.",
    ),
]


@pytest.mark.parametrize(("fact", "sentence"), REFUSALS)
def test_a_refusal_names_the_rule_the_fact_and_the_way_out(fact: Refusal, sentence: str) -> None:
    assert refusal(fact, MRKDWN) == sentence
    assert refusal(fact, PLAIN) == sentence


REFUSALS_WITH_TIMES: Final[list[tuple[Refusal, str, str]]] = [
    (
        OnDoNotCallList("U9", TIME),
        f"This number asked not to be called (added by <@U9> on {DAY}). An admin can unblock it.",
        "This number asked not to be called (added by Grace on Nov 25). An admin can unblock it.",
    ),
    (
        LimitReached(Limit.PERSON_PER_HOUR, 10, TIME),
        f"You have asked for 10 calls in the last hour, the most allowed here. "
        f"The next one can be placed {TOKEN}.",
        "You have asked for 10 calls in the last hour, the most allowed here. "
        "The next one can be placed Nov 25, 3:40 PM.",
    ),
    (
        LimitReached(Limit.PERSON_PER_DAY, 1, TIME),
        f"You have asked for 1 call in the last 24 hours, the most allowed here. "
        f"The next one can be placed {TOKEN}.",
        "You have asked for 1 call in the last 24 hours, the most allowed here. "
        "The next one can be placed Nov 25, 3:40 PM.",
    ),
    (
        LimitReached(Limit.NUMBER_PER_DAY, 6, TIME),
        f"This number already has 6 calls within 24 hours, the most allowed here. "
        f"The next one can be placed {TOKEN}.",
        "This number already has 6 calls within 24 hours, the most allowed here. "
        "The next one can be placed Nov 25, 3:40 PM.",
    ),
    (
        LimitReached(Limit.WORKSPACE_PER_DAY, 300, TIME),
        "This workspace already has 300 calls within 24 hours, the most allowed here. "
        f"The next one can be placed {TOKEN}.",
        "This workspace already has 300 calls within 24 hours, the most allowed here. "
        "The next one can be placed Nov 25, 3:40 PM.",
    ),
]


@pytest.mark.parametrize(("fact", "mrkdwn", "plain"), REFUSALS_WITH_TIMES)
def test_people_and_times_are_written_as_the_place_can_show_them(
    fact: Refusal, mrkdwn: str, plain: str
) -> None:
    assert refusal(fact, MRKDWN) == mrkdwn
    assert refusal(fact, PLAIN) == plain


HOLDS: Final[list[tuple[Hold, str, str]]] = [
    (
        Paused("U9", TIME),
        f"Calls are paused here (by <@U9>, {TOKEN}). An admin can resume them.",
        "Calls are paused here (by Grace, Nov 25, 3:40 PM). An admin can resume them.",
    ),
    (
        DialingOff(),
        "Whoever runs Ringback has turned calls off here.",
        "Whoever runs Ringback has turned calls off here.",
    ),
    (
        AwaitingApproval(frozenset({"U9", "U2"})),
        "This call is waiting for approval by <@U2> or <@U9>.",
        "This call is waiting for approval by somebody or Grace.",
    ),
]


@pytest.mark.parametrize(("fact", "mrkdwn", "plain"), HOLDS)
def test_a_call_that_waits_says_what_for(fact: Hold, mrkdwn: str, plain: str) -> None:
    assert hold(fact, MRKDWN) == mrkdwn
    assert hold(fact, PLAIN) == plain


def test_a_closed_hour_is_asked_back() -> None:
    assert ask_back(NIGHT, MRKDWN) == (
        f"It is 2:18 AM where this number is. Call at 7:40 AM there ({TOKEN})?"
    )


def test_a_chosen_time_that_is_closed_names_the_next_opening_at_its_field() -> None:
    assert choose_time(NIGHT, PLAIN, TIME - timedelta(days=1)) == (
        "It will be 2:18 AM where this number is. "
        "Choose Nov 25, 3:40 PM or later, when it's 7:40 AM there."
    )
    assert choose_time(NIGHT, PLAIN, TIME).startswith("It is 2:18 AM where this number is. ")


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (EmergencyNumber("911"), "number"),
        (OnDoNotCallList("U9", TIME), "number"),
        (LimitReached(Limit.NUMBER_PER_DAY, 6, TIME), "number"),
        (LimitReached(Limit.NUMBER_PER_DAY, 2, None), "if_unanswered"),
        (NIGHT, "when"),
        (LimitReached(Limit.PERSON_PER_HOUR, 10, TIME), "prompt"),
        (Paused("U9", TIME), "prompt"),
        (GuestCaller(), "prompt"),
    ],
)
def test_a_form_says_it_at_the_field_that_it_concerns(fact: Fact, field: str) -> None:
    assert list(by_rule(fact, TIME, Plain())) == [field]


def test_without_the_reader_s_zone_a_form_names_the_one_that_it_uses() -> None:
    assert refusal(LimitReached(Limit.PERSON_PER_HOUR, 10, TIME), Plain()).endswith(
        "The next one can be placed Nov 25, 8:40 PM UTC."
    )


def test_a_call_that_was_moved_says_when_it_goes() -> None:
    assert moved(NIGHT, MRKDWN) == (
        f"It was 2:18 AM where this number is. I'll call at 7:40 AM there ({TOKEN})."
    )


def test_a_call_that_was_to_go_now_says_when_it_goes() -> None:
    assert goes_at_opening(NIGHT, MRKDWN) == (
        f"It is 2:18 AM where this number is, so I'll call at 7:40 AM there ({TOKEN})."
    )


@pytest.mark.parametrize(
    ("hour", "minute", "clock"),
    [(0, 5, "12:05 AM"), (11, 59, "11:59 AM"), (12, 0, "12:00 PM"), (23, 30, "11:30 PM")],
)
def test_a_clock_is_read_in_halves_of_a_day(hour: int, minute: int, clock: str) -> None:
    fact = OutsideHours(datetime(2026, 11, 26, hour, minute, tzinfo=SYDNEY), NIGHT.local_opening)
    assert ask_back(fact, MRKDWN).startswith(f"It is {clock} where")


def test_every_kind_of_number_has_a_name() -> None:
    named = [refusal(RefusedNumberType("+12127365000", kind), PLAIN) for kind in NumberType]
    assert len(set(named)) == len(NumberType)


def test_what_is_not_allowed_is_said_by_the_kind_of_rule() -> None:
    assert not_allowed(NIGHT, PLAIN) == not_now(NIGHT, PLAIN)
    assert not_allowed(DialingOff(), PLAIN) == (
        "Whoever runs Ringback has turned calls off here. Ask them when calls will be on again."
    )
    assert not_allowed(Paused("U9", TIME), PLAIN) == hold(Paused("U9", TIME), PLAIN)
    assert not_allowed(GuestCaller(), PLAIN) == refusal(GuestCaller(), PLAIN)


def test_where_nobody_is_notified_people_stand_by_name_and_unknown_ones_by_none() -> None:
    form = Plain(names={"U1": "Ada <&>", "U2": "עדה"})

    assert form.person("U1") == "Ada <&>"
    assert form.person("U2") == "\u2068עדה\u2069"
    assert form.person("U3") == "somebody"


def test_no_more_approvers_are_named_than_can_be_read_at_a_glance() -> None:
    people = [f"U{number}" for number in range(1, APPROVERS_NAMED + 2)]

    assert approvers(people[:-1], MRKDWN) == "<@U1> or <@U2> or <@U3>"
    assert approvers(people, MRKDWN) == "one of 4 people"


def test_on_a_closed_day_the_day_is_named_since_the_hour_would_not_tell_why() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    saturday = datetime(2026, 12, 5, 12, tzinfo=zone)
    fact = OutsideHours(saturday, datetime(2026, 12, 7, 8, tzinfo=zone))

    assert not_now(fact, PLAIN) == (
        "It is 12:00 PM on Saturday where this number is. It can be called from 8:00 AM on Monday "
        "there (Dec 7, 11:00 AM)."
    )
