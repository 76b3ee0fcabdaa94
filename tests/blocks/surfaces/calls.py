"""The messages about one call: its status, its approval, its result."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.blocks.messages.approvals import approval_message
from bot.blocks.messages.message import Message
from bot.blocks.messages.result import result_message
from bot.blocks.messages.status import status_message
from bot.blocks.words.user_messages import (
    result_not_shown,
)
from bot.core.approval import ApprovalState
from bot.core.calls.reason import (
    DECLINED,
    NO_RESULT,
    REDIRECTED,
    RESTORED,
    Reason,
)
from bot.core.calls.states import EndReason
from tests.blocks.surfaces.examples import (
    AWAITS,
    BY_MANY,
    LINKS,
    NAMES,
    PAYLOADS,
    REASONS,
    THREE,
    TOMORROW,
    Surface,
    reported,
    series,
)
from tests.builders import (
    NOON,
    a_call_with_result,
    a_waiting_call,
    an_announced_call,
    an_approval,
    an_ended_call,
)


def calls() -> Iterator[tuple[str, Surface]]:
    """Return each, by its name."""
    yield from _statuses()
    yield from _approvals()
    yield from _results()


def _statuses() -> Iterator[tuple[str, Surface]]:
    calls = {
        "calling": a_waiting_call(),
        "scheduled": an_announced_call(dial_at=TOMORROW, retry_plan=THREE),
        "waiting for approval": an_announced_call(reason=AWAITS),
        "waiting for approval, scheduled": an_announced_call(
            reason=BY_MANY, dial_at=TOMORROW, retry_plan=THREE
        ),
        "waiting for CallCow": an_announced_call(attempts=3),
        "unconfirmed": a_waiting_call(placed_at=None),
        "most likely not placed": a_waiting_call(placed_at=None, reason=REDIRECTED),
        "in a direct message instead": a_waiting_call(
            posted_in="D1", place_error="not_in_channel"
        ),
        "canceled": an_ended_call(EndReason.CANCELED, canceled_by="UGRACE"),
        "no result": an_ended_call(EndReason.NO_RESULT, reason=NO_RESULT, result_ts="100.2"),
        "restored": an_ended_call(EndReason.NO_RESULT, reason=RESTORED, result_ts="100.2"),
        "erased": an_ended_call(recipient="", prompt="", erased_at=NOON),
        **{f"not placed, {name}": an_ended_call(EndReason.NOT_PLACED, reason=reason)
           for name, reason in REASONS.items()},
        **{name: reported(payload) for name, payload in PAYLOADS.items()},
        "completed, in somebody's thread": reported(
            PAYLOADS["completed"], thread_ts="99.1", message_ts="100.1"
        ),
        "completed, result in a direct message": reported(PAYLOADS["completed"], result_in="D1"),
    }  # fmt: skip
    for name, call in calls.items():
        yield f"status: {name}", status_message(call, LINKS, None, NAMES)
    for name, (state, call) in {
        "approved": (ApprovalState.APPROVED, a_waiting_call()),
        "approved, scheduled": (ApprovalState.APPROVED, an_announced_call(dial_at=TOMORROW)),
        "declined": (
            ApprovalState.DECLINED, an_ended_call(EndReason.NOT_PLACED, reason=DECLINED),
        ),
    }.items():  # fmt: skip
        approval = an_approval(state=state, decided_by="UGRACE")
        decided = replace(series(call), attempts=[call], approval=approval)
        yield f"status: {name}", status_message(call, LINKS, decided, NAMES)
    no_answer = a_call_with_result(PAYLOADS["no answer"])
    following = an_announced_call(dial_at=NOON + timedelta(hours=1))
    given_up = an_ended_call(EndReason.CANCELED)
    for name, attempts in {
        "nobody answered, another attempt follows": [no_answer, following],
        "second attempt": [no_answer, a_waiting_call()],
        "trying was stopped": [no_answer, replace(given_up, canceled_by="UADA")],
        "nobody answered three times": [
            no_answer, no_answer, reported(PAYLOADS["no answer"]),
        ],
        "answered at last": [no_answer, reported(PAYLOADS["completed"])],
        "trying was stopped by somebody else": [
            no_answer, replace(given_up, canceled_by="UGRACE"),
        ],
        "another attempt is held up": [no_answer, replace(following, attempts=3)],
        "a late, better outcome stopped the rest": [reported(PAYLOADS["completed"]), given_up],
    }.items():  # fmt: skip
        one = series(*attempts)
        yield f"series: {name}", status_message(one.current, LINKS, one, NAMES)


def _approvals() -> Iterator[tuple[str, Surface]]:
    call = an_announced_call(reason=AWAITS)
    scheduled = replace(call, dial_at=TOMORROW, retry_plan=THREE)
    not_placed = an_ended_call(EndReason.NOT_PLACED, reason=Reason.no_thread("is_archived"))
    for name, (state, about) in {
        "open": (ApprovalState.OPEN, call),
        "open, scheduled": (ApprovalState.OPEN, scheduled),
        "approved": (ApprovalState.APPROVED, call),
        "declined": (ApprovalState.DECLINED, call),
        "expired": (ApprovalState.EXPIRED, call),
        "canceled": (
            ApprovalState.CLOSED, an_ended_call(EndReason.CANCELED, canceled_by="UADA"),
        ),
        "not placed": (ApprovalState.CLOSED, not_placed),
        "erased": (
            ApprovalState.CLOSED,
            an_ended_call(EndReason.NOT_PLACED, recipient="", prompt="", erased_at=NOON),
        ),
    }.items():  # fmt: skip
        by = "UGRACE" if state in (ApprovalState.APPROVED, ApprovalState.DECLINED) else None
        approval = an_approval(state=state, decided_by=by)
        yield f"approval: {name}", approval_message(approval, about, {"UGRACE"}, NAMES)
    by_many = approval_message(an_approval(), call, ["U2", "U3", "U4", "U5"], NAMES)
    yield "approval: open, of many", by_many


def _results() -> Iterator[tuple[str, Surface]]:
    for name, payload in PAYLOADS.items():
        yield f"result: {name}", result_message(a_call_with_result(payload), LINKS)
    for name, reason in REASONS.items():
        call = an_ended_call(EndReason.NOT_PLACED, reason=reason)
        yield f"result: not placed, {name}", result_message(call, LINKS)
    no_result = an_ended_call(EndReason.NO_RESULT, reason=NO_RESULT)
    yield "result: no result", result_message(no_result, LINKS)
    yield "result: restored", result_message(replace(no_result, reason=RESTORED), LINKS)
    third = replace(a_call_with_result(PAYLOADS["no answer"]), attempt_number=3, retry_plan=THREE)
    yield "result: third attempt", result_message(third, LINKS)
    done = a_call_with_result(PAYLOADS["completed"])
    yield (
        "result: in a direct message instead",
        result_message(done, LINKS, is_elsewhere=True),
    )
    yield (
        "result: erased",
        result_message(an_ended_call(recipient="", prompt="", erased_at=NOON), LINKS),
    )
    yield "result: cannot be shown", Message(result_not_shown(done), [])
