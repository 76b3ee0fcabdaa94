"""What may become of an approval, as tables: the next state, the next step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import pytest

from bot.core.approval import Approval, ApprovalState, ApprovalStep, is_about_to_be_dialed
from bot.core.calls.call import Call
from bot.core.calls.reason import Reason
from bot.core.calls.states import EndReason
from bot.core.errors import TransitionRefused
from bot.core.policy.decision import AwaitingApproval
from tests.builders import NOON, a_call, a_waiting_call, an_announced_call, an_approval

LATER: Final = NOON + timedelta(minutes=5)
LAST_MOMENT: Final = NOON + timedelta(hours=23, minutes=59, seconds=59)
A_DAY_LATER: Final = NOON + timedelta(days=1)
AWAITS: Final = Reason.by_policy(AwaitingApproval(frozenset({"UGRACE"})))
OPEN: Final = ApprovalState.OPEN
OTHERS: Final = [state for state in ApprovalState if state is not OPEN]

REQUESTED: Final = a_call(reason=AWAITS, due_at=None)
ANNOUNCED: Final = an_announced_call(reason=AWAITS, due_at=None)

EVENTS: Final[dict[str, Callable[[Approval], Approval]]] = {
    "asked": lambda approval: approval.asked(channel="C1", ts="1.2", now=LATER),
    "approved": lambda approval: approval.decided(ApprovalState.APPROVED, by="UG", now=LATER),
    "declined": lambda approval: approval.decided(ApprovalState.DECLINED, by="UG", now=LATER),
    "expired": lambda approval: approval.decided(ApprovalState.EXPIRED, now=LATER),
    "closed": lambda approval: approval.decided(ApprovalState.CLOSED, now=LATER),
}
# From every other state each of these is refused: the first decision counts.
FROM_OPEN: Final = {
    "asked": ApprovalState.OPEN,
    "approved": ApprovalState.APPROVED,
    "declined": ApprovalState.DECLINED,
    "expired": ApprovalState.EXPIRED,
    "closed": ApprovalState.CLOSED,
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_open_approval_can_be_decided(event: str) -> None:
    assert EVENTS[event](an_approval()).state is FROM_OPEN[event]


@pytest.mark.parametrize("state", OTHERS)
@pytest.mark.parametrize("event", EVENTS)
def test_what_was_decided_is_decided_once(state: ApprovalState, event: str) -> None:
    with pytest.raises(TransitionRefused):
        EVENTS[event](an_approval(state=state))


@pytest.mark.parametrize("state", OTHERS)
def test_a_decision_is_to_be_shown_at_once_whoever_has_the_lease(state: ApprovalState) -> None:
    decided = an_approval(lease=ANNOUNCED.id).decided(state, by="UGRACE", now=LATER)

    assert (decided.due_at, decided.decided_at, decided.decided_by) == (LATER, LATER, "UGRACE")
    assert decided.lease is None


@pytest.mark.parametrize(
    ("approval", "call", "now", "step"),
    [
        (an_approval(), REQUESTED, LATER, ApprovalStep.OPEN_THREAD),
        (an_approval(), ANNOUNCED, LATER, ApprovalStep.ASK),
        (an_approval(message_ts="1.2"), ANNOUNCED, LAST_MOMENT, ApprovalStep.WAIT),
        (an_approval(message_ts="1.2"), ANNOUNCED, A_DAY_LATER, ApprovalStep.EXPIRE),
        # Also where Slack took neither message for a day.
        (an_approval(), REQUESTED, A_DAY_LATER, ApprovalStep.EXPIRE),
        (an_approval(), ANNOUNCED, A_DAY_LATER, ApprovalStep.EXPIRE),
        # Canceled, or dialed by somebody else: there is nothing to decide.
        (
            an_approval(message_ts="1.2"),
            ANNOUNCED.ended(EndReason.CANCELED, now=LATER),
            A_DAY_LATER,
            ApprovalStep.CLOSE,
        ),
        (an_approval(), a_waiting_call(), LATER, ApprovalStep.CLOSE),
        *((an_approval(state=state), ANNOUNCED, LATER, ApprovalStep.SHOW) for state in OTHERS),
    ],
)
def test_the_next_step_follows_from_approval_call_and_time(
    approval: Approval, call: Call, now: datetime, step: ApprovalStep
) -> None:
    assert approval.next_step(call, now) is step


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NOON, ApprovalState.OPEN),
        (LAST_MOMENT, ApprovalState.OPEN),
        (A_DAY_LATER, ApprovalState.EXPIRED),
    ],
)
def test_nobody_decides_after_a_day_however_late_the_worker_comes(
    now: datetime, state: ApprovalState
) -> None:
    assert an_approval().state_at(now) is state


def test_a_decision_does_not_expire() -> None:
    approved = an_approval(state=ApprovalState.APPROVED)

    assert approved.state_at(A_DAY_LATER) is ApprovalState.APPROVED


def test_it_is_looked_after_again_and_at_its_end() -> None:
    approval = an_approval()

    assert approval.next_look(NOON) == NOON + timedelta(minutes=1)
    assert approval.next_look(LAST_MOMENT) == A_DAY_LATER
    assert approval.next_look(A_DAY_LATER) == A_DAY_LATER + timedelta(minutes=1)


def test_an_approval_is_for_the_whole_series() -> None:
    second = an_announced_call(series_id=REQUESTED.id, previous=REQUESTED.id, attempt_number=2)

    approval = Approval.asked_for(second, LATER)

    assert (approval.id, approval.call_id) == (REQUESTED.id, second.id)
    assert (approval.created_at, approval.due_at) == (LATER, LATER)


@pytest.mark.parametrize(
    ("call", "is_about_to_be"),
    [
        (an_announced_call(dial_at=LATER), True),
        (an_announced_call(dial_at=LATER - timedelta(seconds=31)), False),
        (an_announced_call(dial_at=LATER + timedelta(seconds=1)), False),
        (a_waiting_call(dial_at=LATER), False),
        (an_announced_call(dial_at=LATER).ended(EndReason.CANCELED, now=LATER), False),
    ],
)
def test_a_call_that_is_dialed_at_once_is_told_by_its_dial(
    call: Call, is_about_to_be: bool
) -> None:
    assert is_about_to_be_dialed(call, LATER) is is_about_to_be
