"""All rules together: which is asked first, and what is decided."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.decide import decide
from bot.core.policy.decision import (
    Allowed,
    AtAnotherTime,
    AwaitingApproval,
    CrisisLine,
    DeactivatedCaller,
    DialingOff,
    EmergencyNumber,
    GuestCaller,
    Held,
    Limit,
    LimitReached,
    NoOtherApprover,
    NoPhoneNumber,
    NumberType,
    OnDoNotCallList,
    Paused,
    Refused,
    RefusedCountry,
    RefusedNumberType,
    UnlistedCaller,
)
from bot.core.policy.facts import Caller, DoNotCallEntry, Facts, Pause, Usage
from bot.core.policy.frequency import limit_reached, usage_of
from bot.core.policy.policy import Policy

# Noon in New York.
NOON: Final = datetime(2026, 7, 15, 16, tzinfo=UTC)
NIGHT: Final = datetime(2026, 7, 15, 6, tzinfo=UTC)
NEW_YORK: Final = "+12127365000"
PREMIUM: Final = "+19005551234"
POLICY: Final = Policy()
FACTS: Final = Facts(Caller("U1"))
PAUSE: Final = Pause("U9", NOON - timedelta(hours=1))
ENTRY: Final = DoNotCallEntry("U9", NOON - timedelta(days=1))
LATER: Final = NOON + timedelta(minutes=20)
NEVER_CALLED: Final = [
    *("988", "+1988", "tel:+1-988", "116123", "+49116123", "+44 116 123", "+61131114"),
    *(
        prefix + number
        for prefix in ("", "+1", "+49", "+44", "tel:", "tel:+61", "0049")
        for number in ("911", "112", "999", "000", "110", "10111")
    ),
]


def test_an_ordinary_call_at_noon_is_allowed() -> None:
    assert decide(NEW_YORK, POLICY, FACTS, NOON) == Allowed()


@pytest.mark.parametrize("number", ["+1911", "911", "+49110", "+44999"])
def test_an_emergency_number_is_refused_though_calls_are_paused(number: str) -> None:
    facts = replace(FACTS, pause=PAUSE)
    decision = decide(number, POLICY, facts, NOON)
    assert isinstance(decision, Refused)
    assert isinstance(decision.fact, EmergencyNumber)


def test_a_crisis_line_is_refused() -> None:
    assert decide("+61131114", POLICY, FACTS, NOON) == Refused(CrisisLine("131114", "Lifeline"))


def test_all_waits_while_calls_are_paused() -> None:
    facts = replace(FACTS, pause=PAUSE)
    assert decide(PREMIUM, POLICY, facts, NOON) == Held(Paused("U9", PAUSE.since))


def test_all_waits_while_dialing_is_off() -> None:
    facts = replace(FACTS, pause=PAUSE)
    assert decide(NEW_YORK, replace(POLICY, dialing=False), facts, NOON) == Held(DialingOff())


def test_the_kind_of_number_is_asked_before_the_country() -> None:
    policy = replace(POLICY, countries=frozenset({"GB"}))
    assert decide(PREMIUM, policy, FACTS, NOON) == Refused(
        RefusedNumberType(PREMIUM, NumberType.PREMIUM_RATE)
    )


def test_the_country_is_asked_before_the_do_not_call_list() -> None:
    policy, facts = replace(POLICY, countries=frozenset({"GB"})), replace(FACTS, do_not_call=ENTRY)
    assert decide(NEW_YORK, policy, facts, NOON) == Refused(RefusedCountry(NEW_YORK, "US", 1))


def test_what_is_no_phone_number_is_refused_as_such() -> None:
    assert decide("4155552671", Policy(), FACTS, NOON) == Refused(NoPhoneNumber("4155552671"))


def test_the_do_not_call_list_is_asked_before_who_may_call() -> None:
    facts = replace(FACTS, do_not_call=ENTRY, caller=Caller("U1", is_guest=True))
    assert decide(NEW_YORK, POLICY, facts, NOON) == Refused(OnDoNotCallList("U9", ENTRY.added_at))


def test_who_may_call_is_asked_before_how_often() -> None:
    facts = replace(
        FACTS, caller=Caller("U1", is_guest=True), person_per_hour=Usage(10, leaves_at=LATER)
    )
    assert decide(NEW_YORK, POLICY, facts, NOON) == Refused(GuestCaller())


def test_how_often_is_asked_before_the_hours() -> None:
    facts = replace(FACTS, person_per_hour=Usage(10, leaves_at=LATER))
    assert decide(NEW_YORK, POLICY, facts, NIGHT) == Refused(
        LimitReached(Limit.PERSON_PER_HOUR, 10, LATER)
    )


def test_the_hours_are_asked_before_the_approval() -> None:
    policy = replace(POLICY, approval=True, approvers=frozenset({"U9"}))
    decision = decide(NEW_YORK, policy, FACTS, NIGHT)
    assert isinstance(decision, AtAnotherTime)
    assert decision.opens_at == datetime(2026, 7, 15, 12, tzinfo=UTC)


def test_guests_may_call_where_they_are_allowed_to() -> None:
    facts = replace(FACTS, caller=Caller("U1", is_guest=True))
    assert decide(NEW_YORK, replace(POLICY, allow_guests=True), facts, NOON) == Allowed()


def test_only_the_callers_named_may_call() -> None:
    policy = replace(POLICY, callers=frozenset({"U2"}))
    assert decide(NEW_YORK, policy, FACTS, NOON) == Refused(UnlistedCaller())
    assert decide(NEW_YORK, policy, Facts(Caller("U2")), NOON) == Allowed()


def test_a_deactivated_person_s_call_is_not_made() -> None:
    facts = Facts(Caller("U1", is_guest=False, is_deactivated=True))
    assert decide(NEW_YORK, POLICY, facts, NOON) == Refused(DeactivatedCaller("U1"))


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(9), None),
        (Usage(10, LATER), LATER),
        (Usage(14, LATER), LATER),
        (Usage(8, LATER, needed=2), None),
        (Usage(8, LATER, needed=3), LATER),
    ],
)
def test_a_limit_is_reached_when_the_call_would_pass_it(
    usage: Usage, expected: datetime | None
) -> None:
    decision = decide(NEW_YORK, POLICY, replace(FACTS, person_per_hour=usage), NOON)
    reached = Refused(LimitReached(Limit.PERSON_PER_HOUR, 10, expected))
    assert decision == (Allowed() if expected is None else reached)


def test_more_attempts_than_a_day_has_room_for_never_go() -> None:
    facts = replace(FACTS, number_per_day=Usage(0, LATER, needed=7))
    assert decide(NEW_YORK, POLICY, facts, NOON) == Refused(
        LimitReached(Limit.NUMBER_PER_DAY, 6, None)
    )


def test_of_several_limits_the_one_that_ends_last_is_told() -> None:
    facts = replace(
        FACTS,
        person_per_hour=Usage(10, LATER),
        person_per_day=Usage(30, LATER + timedelta(hours=3)),
        workspace_per_day=Usage(300, LATER + timedelta(hours=1)),
    )
    assert decide(NEW_YORK, POLICY, facts, NOON) == Refused(
        LimitReached(Limit.PERSON_PER_DAY, 30, LATER + timedelta(hours=3))
    )


def test_a_limit_of_zero_is_none() -> None:
    facts = replace(FACTS, workspace_per_day=Usage(10**6, LATER))
    assert decide(NEW_YORK, replace(POLICY, calls_per_day=0), facts, NOON) == Allowed()


def test_the_hours_are_asked_of_the_time_that_was_chosen() -> None:
    at_night = replace(FACTS, dial_at=NIGHT + timedelta(days=1))
    decision = decide(NEW_YORK, POLICY, at_night, NOON)
    assert isinstance(decision, AtAnotherTime)
    assert decision.opens_at == datetime(2026, 7, 16, 12, tzinfo=UTC)
    assert decide(NEW_YORK, POLICY, replace(FACTS, dial_at=NOON), NIGHT) == Allowed()


def test_a_time_that_has_passed_is_now() -> None:
    facts = replace(FACTS, dial_at=NIGHT)
    assert decide(NEW_YORK, POLICY, facts, NOON) == Allowed()


def test_a_call_awaits_an_approval_by_somebody_else() -> None:
    policy = replace(POLICY, approval=True, approvers=frozenset({"U1", "U9"}))
    awaiting = Held(AwaitingApproval(frozenset({"U9"})))
    assert decide(NEW_YORK, policy, FACTS, NOON) == awaiting
    assert decide(NEW_YORK, policy, replace(FACTS, approved_by="U1"), NOON) == awaiting
    assert decide(NEW_YORK, policy, replace(FACTS, approved_by="U9"), NOON) == Allowed()


def test_the_only_approver_cannot_have_a_call_approved() -> None:
    policy = replace(POLICY, approval=True, approvers=frozenset({"U1"}))
    assert decide(NEW_YORK, policy, FACTS, NOON) == Refused(NoOtherApprover())


def _ago(*minutes: int) -> list[datetime]:
    return [NOON - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("times", "needed", "used", "leaves_in"),
    [
        ([], 1, 0, None),
        (_ago(5, 10), 1, 2, None),
        (_ago(5, 10, 50), 1, 3, 10),  # the one of 50 minutes ago leaves in 10
        (_ago(5, 10, 50), 2, 3, 50),  # and that of 10 minutes ago in 50
        (_ago(5, 10, 50), 3, 3, 55),
        (_ago(5, 10, 50), 4, 3, None),  # never
        (_ago(5, 10, 60), 1, 2, None),  # has just left
        (_ago(0, 1, 2, 50), 1, 3, 58),  # more than the limit, which was higher before
    ],
)
def test_what_counts_leaves_the_window_in_its_order(
    times: list[datetime], needed: int, used: int, leaves_in: int | None
) -> None:
    policy = replace(POLICY, calls_per_person_per_hour=3)
    leaves_at = None if leaves_in is None else NOON + timedelta(minutes=leaves_in)
    usage = usage_of(policy, Limit.PERSON_PER_HOUR, times, NOON, needed)
    assert usage == Usage(used, leaves_at, needed)


def test_nothing_is_counted_where_there_is_no_limit() -> None:
    policy = replace(POLICY, calls_per_day=0)
    assert usage_of(policy, Limit.WORKSPACE_PER_DAY, _ago(1, 2), NOON) is None


@given(
    st.lists(st.integers(0, 90), max_size=12),
    st.integers(1, 5),
    st.integers(1, 5),
)
def test_a_call_may_go_when_it_was_told_it_could_and_no_sooner(
    minutes: list[int], most: int, needed: int
) -> None:
    policy = replace(POLICY, calls_per_person_per_hour=most)
    times = _ago(*sorted(minutes))

    def refused(now: datetime) -> LimitReached | None:
        usage = usage_of(policy, Limit.PERSON_PER_HOUR, times, now, needed)
        return limit_reached(policy, replace(FACTS, person_per_hour=usage))

    reached = refused(NOON)
    if reached is None:
        return
    if reached.next_at is None:
        assert needed > most
        return
    assert refused(reached.next_at) is None
    assert refused(reached.next_at - timedelta(seconds=1)) is not None


@given(
    st.sampled_from(NEVER_CALLED),
    st.builds(
        Policy,
        dialing=st.booleans(),
        refused_types=st.just(frozenset()),
        allow_guests=st.booleans(),
        calls_per_day=st.integers(0, 3),
        hours=st.none(),
        approval=st.booleans(),
    ),
    st.booleans(),
)
def test_no_policy_lets_an_emergency_number_be_called(
    number: str, policy: Policy, is_paused: bool
) -> None:
    facts = replace(FACTS, pause=PAUSE if is_paused else None, approved_by="U9")
    assert isinstance(decide(number, policy, facts, NOON), Refused)
