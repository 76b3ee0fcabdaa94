"""A draft: which event leads from which state to which, and which step is next."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bot.core.doubt import Doubt, DoubtKind
from bot.core.draft import Draft, DraftKind, DraftState, DraftStep, unclear
from bot.core.errors import TransitionRefused
from bot.core.policy.decision import OutsideHours
from bot.core.policy.kept import to_json
from tests.builders import NOON

CALL = UUID("11111111-1111-4111-8111-111111111111")
DAY = timedelta(days=1)


def a_draft(**changes: Any) -> Draft:
    """Return what Ada wrote at noon, to be confirmed."""
    return Draft(
        **{
            "id": UUID("22222222-2222-4222-8222-222222222222"),
            "request_key": "message:CGENERAL:100.1",
            "team": "T1",
            "enterprise": None,
            "requester": "UADA",
            "channel": "CGENERAL",
            "thread_ts": "100.1",
            "kind": DraftKind.CONFIRM,
            "state": DraftState.SAVED,
            "created_at": NOON,
            "due_at": NOON,
            "number": "+1 415-555-2671",
            "recipient": "+14155552671",
            "prompt": "Ask whether they are open",
            **changes,
        }
    )


EVENTS: dict[str, Callable[[Draft], Draft]] = {
    "answered": lambda draft: draft.answered(channel="CGENERAL", ts="100.2"),
    "called": lambda draft: draft.called(CALL, by="press", now=NOON),
    "canceled": lambda draft: draft.canceled(NOON),
    "replaced": lambda draft: draft.replaced(NOON),
    "expired": lambda draft: draft.expired(NOON + DAY),
}
# What each event makes of each state; what is not named is refused.
TABLE = {
    (DraftState.SAVED, "answered"): DraftState.OPEN,
    (DraftState.SAVED, "called"): DraftState.CALLED,
    (DraftState.SAVED, "canceled"): DraftState.CANCELED,
    (DraftState.SAVED, "replaced"): DraftState.REPLACED,
    (DraftState.SAVED, "expired"): DraftState.EXPIRED,
    (DraftState.OPEN, "called"): DraftState.CALLED,
    (DraftState.OPEN, "canceled"): DraftState.CANCELED,
    (DraftState.OPEN, "replaced"): DraftState.REPLACED,
    (DraftState.OPEN, "expired"): DraftState.EXPIRED,
    (DraftState.EXPIRED, "called"): DraftState.CALLED,
}


@pytest.mark.parametrize("state", list(DraftState))
@pytest.mark.parametrize("event", list(EVENTS))
def test_each_event_leads_from_each_state_where_it_may_or_is_refused(
    state: DraftState, event: str
) -> None:
    draft = a_draft(state=state, lease=CALL, lease_until=NOON)

    if (state, event) not in TABLE:
        with pytest.raises(TransitionRefused):
            EVENTS[event](draft)
        return
    after = EVENTS[event](draft)

    assert after.state is TABLE[state, event]
    assert (after.lease, after.lease_until) == (None, None)


@pytest.mark.parametrize(
    ("state", "age", "step"),
    [
        (DraftState.SAVED, timedelta(0), DraftStep.ANSWER),
        (DraftState.SAVED, DAY, DraftStep.EXPIRE),
        (DraftState.OPEN, timedelta(hours=23), None),
        (DraftState.OPEN, DAY, DraftStep.EXPIRE),
        (DraftState.CALLED, timedelta(0), DraftStep.SHOW),
        (DraftState.CANCELED, timedelta(0), DraftStep.SHOW),
        (DraftState.REPLACED, timedelta(0), DraftStep.SHOW),
        (DraftState.EXPIRED, DAY, DraftStep.SHOW),
        (DraftState.CLOSED, DAY, DraftStep.ERASE),
    ],
)
def test_the_step_that_is_next(state: DraftState, age: timedelta, step: DraftStep | None) -> None:
    assert a_draft(state=state).next_step(NOON + age) is step


def test_one_with_nothing_left_to_say_is_only_to_be_erased() -> None:
    draft = a_draft(state=DraftState.CALLED).settled(NOON)

    assert draft.due_at == NOON + DAY
    assert draft.next_step(NOON + DAY) is DraftStep.ERASE


@pytest.mark.parametrize(
    ("state", "age", "expired"),
    [
        (DraftState.OPEN, DAY - timedelta(seconds=1), False),
        (DraftState.OPEN, DAY, True),
        (DraftState.SAVED, DAY, True),
        (DraftState.EXPIRED, DAY, True),
        (DraftState.CALLED, DAY, False),
        (DraftState.CANCELED, DAY, False),
    ],
)
def test_after_a_day_a_question_has_expired_also_while_nobody_was_there_to_say_so(
    state: DraftState, age: timedelta, expired: bool
) -> None:
    assert a_draft(state=state).has_expired(NOON + age) is expired


def test_what_was_written_goes_when_it_expires_and_its_answer_is_edited() -> None:
    draft = a_draft(state=DraftState.OPEN, posted_in="CGENERAL", message_ts="100.2")

    after = draft.expired(NOON + DAY)

    assert (after.number, after.recipient, after.prompt, after.unclear) == (None,) * 4
    assert after.due_at == NOON + DAY


def test_an_answer_without_buttons_keeps_nothing_and_is_done() -> None:
    after = a_draft(kind=DraftKind.HELP).answered(channel="CGENERAL", ts="100.2")

    assert (after.state, after.prompt, after.due_at) == (DraftState.CLOSED, None, None)


def test_what_asks_nothing_never_becomes_a_call() -> None:
    with pytest.raises(TransitionRefused):
        a_draft(kind=DraftKind.GREETING).called(CALL, by="press", now=NOON)


@pytest.mark.parametrize(
    ("changes", "callable_"),
    [
        ({}, True),
        ({"kind": DraftKind.AGAIN}, True),
        ({"kind": DraftKind.UNCLEAR}, False),
        ({"kind": DraftKind.NO_NUMBER, "recipient": None}, False),
        ({"state": DraftState.EXPIRED}, False),
        ({"recipient": None}, False),
    ],
    ids=["confirm", "again", "unclear", "no number", "expired", "erased"],
)
def test_a_plain_yes_is_enough_only_for_what_can_be_confirmed(
    changes: dict[str, Any], callable_: bool
) -> None:
    assert a_draft(**changes).can_be_called is callable_


def test_the_call_it_becomes_has_one_key() -> None:
    assert a_draft().call_key == "draft:22222222-2222-4222-8222-222222222222"


def test_doubts_are_kept_as_data() -> None:
    doubts = (
        Doubt(DoubtKind.EXTENSION, "ext. 12", instead="12"),
        Doubt(DoubtKind.PROMPT_TOO_LONG, length=3001),
    )

    assert a_draft(unclear=unclear(doubts)).doubts == doubts


def test_a_doubt_of_another_version_is_left_out() -> None:
    kept = {"doubts": [{"kind": "of_tomorrow"}, 7, {"kind": "extension", "typed": "x 1"}]}

    assert a_draft(unclear=kept).doubts == (Doubt(DoubtKind.EXTENSION, "x 1"),)


def test_the_time_that_was_offered_holds_until_it_has_come() -> None:
    opening = datetime(2026, 11, 26, 8, tzinfo=ZoneInfo("America/Los_Angeles"))
    fact = OutsideHours(local_time=opening - timedelta(hours=3), local_opening=opening)
    draft = a_draft(kind=DraftKind.CALL_THEN, unclear={"policy": to_json(fact)})

    assert draft.call_at(opening - timedelta(seconds=1)) == datetime(2026, 11, 26, 16, tzinfo=UTC)
    assert draft.call_at(opening) is None
    assert a_draft().call_at(NOON) is None


@pytest.mark.parametrize("kept", [7, "of tomorrow", {"rule": "of_tomorrow"}, None])
def test_a_fact_of_another_version_is_left_out(kept: object) -> None:
    assert a_draft(unclear={"policy": kept}).policy_fact is None


@pytest.mark.parametrize("kept", [7, "of tomorrow", {"kind": "extension"}])
def test_doubts_of_another_shape_are_none(kept: object) -> None:
    assert a_draft(unclear={"doubts": kept}).doubts == ()


def test_a_question_is_looked_at_again_when_it_expires() -> None:
    asked = a_draft(attempts=3).answered(channel="CGENERAL", ts="100.2")

    assert (asked.posted_in, asked.message_ts) == ("CGENERAL", "100.2")
    assert (asked.due_at, asked.attempts) == (NOON + DAY, 0)


@pytest.mark.parametrize(
    ("after", "due_at"),
    [(timedelta(0), NOON + DAY), (DAY - timedelta(seconds=1), NOON + DAY), (DAY, None)],
)
def test_once_settled_what_was_written_goes_a_day_after_it_was_written(
    after: timedelta, due_at: datetime | None
) -> None:
    settled = a_draft(state=DraftState.CANCELED, attempts=3).settled(NOON + after)

    assert (settled.due_at, settled.attempts) == (due_at, 0)
    assert (settled.prompt is None) is (due_at is None)


def test_a_step_is_tried_so_often_and_no_more() -> None:
    draft = a_draft(attempts=8).tried_again()

    assert (draft.attempts, draft.is_tried_enough()) == (9, False)
    assert draft.tried_again().is_tried_enough()
    assert draft.shows("called").attempts == 0


@pytest.mark.parametrize(
    ("decided_at", "after", "pause"),
    [
        (None, timedelta(0), timedelta(seconds=1)),
        (None, timedelta(minutes=20), timedelta(minutes=20)),
        (NOON + timedelta(minutes=15), timedelta(minutes=20), timedelta(minutes=5)),
        (NOON, timedelta(hours=20), timedelta(hours=1)),
    ],
)
def test_it_looks_for_the_end_of_its_call_after_pauses_that_double(
    decided_at: datetime | None, after: timedelta, pause: timedelta
) -> None:
    draft = a_draft(state=DraftState.CALLED, decided_at=decided_at)

    assert draft.next_look(NOON + after) == NOON + after + pause


@pytest.mark.parametrize(
    ("request_key", "is_of_root"),
    [
        ("message:CGENERAL:100.1", True),
        ("T1:message:CGENERAL:100.1:200.5", True),
        ("message:CGENERAL:100.12", False),
        ("event:Ev1", False),
    ],
    ids=["the root", "the root, edited", "a reply", "of the version before"],
)
def test_an_answer_knows_whether_its_message_stands_in_the_channel_itself(
    request_key: str, is_of_root: bool
) -> None:
    assert a_draft(request_key=request_key).is_of_root is is_of_root
