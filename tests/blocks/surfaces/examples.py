"""Calls, names and reasons that the surfaces are about."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from bot.blocks.messages.message import Message
from bot.core.calls.call import Call
from bot.core.calls.reason import (
    DECLINED,
    NO_KEY,
    NOT_ANNOUNCED,
    NOT_APPROVED,
    UNINSTALLED,
    Reason,
)
from bot.core.calls.retry_plan import PLANS
from bot.core.calls.series import Series
from bot.core.calls.states import State
from bot.core.links import Links
from bot.core.policy.decision import AwaitingApproval
from bot.core.request import IfUnanswered
from tests.builders import (
    NOON,
    a_call_with_result,
)

Surface = Message | dict[str, Any]

LINKS: Final = Links("https://x.slack.com/")
NAMES: Final = {"UADA": "Ada", "UGRACE": "Grace"}
THREE: Final = PLANS[IfUnanswered.THREE_IN_ALL]
TOMORROW: Final = NOON + timedelta(days=1)
SAID: Final = [
    {"role": "assistant", "content": "Hello, I am an AI. Is a table free on Friday at 7?"},
    {"role": "user", "content": "7 is full. 7:30?"},
]
SUMMARY: Final = "**Booked** Friday 7:30 pm, two people, under Josh; 7 pm was full."
FILLS: Final = [{"name": "day", "value": "Friday"}, {"name": "partySize", "value": "2"}]
DONE: Final = {"call_status": "success", "provider_status": "completed", "duration": 133}
PAYLOADS: Final[dict[str, dict[str, Any]]] = {
    "completed": {**DONE, "call_summary": SUMMARY, "messages": SAID, "form_fills": FILLS},
    "completed, nobody heard": {**DONE, "call_summary": "Done.", "messages": SAID[:1]},
    "completed, no conversation": DONE,
    "many answers": {
        **DONE,
        "messages": SAID,
        "form_fills": [{"name": f"question_{n}", "value": f"Answer {n}"} for n in range(44)],
    },
    "no answer": {
        "call_status": "not_picked_up",
        "provider_status": "no-answer",
        "call_summary": "No one answered.",
    },
    "busy": {"call_status": "not_picked_up", "provider_status": "busy"},
    "voicemail": {"call_status": "voicemail", "call_summary": "I left a message.", "duration": 20},
    "failed": {"call_status": "not_picked_up", "provider_status": "failed"},
    "an outcome of its own": {"call_status": "handed_over", "provider_status": "completed"},
}
REASONS: Final = {
    "refused, no number connected": Reason.refused("No phone number connected", status=400),
    "refused": Reason.refused("Prompt violates the policy", status=400),
    "key refused": Reason.key_refused("Invalid API key", status=401),
    "own key refused": Reason.key_refused("Invalid API key", status=401, is_own=True),
    "no key": NO_KEY,
    "too late": Reason.too_late(late_by=timedelta(minutes=16), within=timedelta(minutes=15)),
    "no thread": Reason.no_thread("channel_not_found"),
    "uninstalled": UNINSTALLED,
    "not announced": NOT_ANNOUNCED,
    "declined": DECLINED,
    "not approved": NOT_APPROVED,
    "approval not asked for": Reason.approval_not_asked("not_in_channel"),
}
AWAITS: Final = Reason.by_policy(AwaitingApproval(frozenset({"UGRACE"})))
BY_MANY: Final = Reason.by_policy(AwaitingApproval(frozenset({"U1", "U2", "U3", "U4"})))


def series(*attempts: Call) -> Series:
    """Return calls as the attempts of one request of three."""
    numbered = [
        replace(call, id=UUID(int=number), attempt_number=number, retry_plan=THREE)
        for number, call in enumerate(attempts, 1)
    ]
    return Series(
        id=UUID(int=1), attempts=numbered, posted_in="CGENERAL", message_ts=numbered[0].message_ts
    )


def reported(payload: dict[str, Any], **changes: Any) -> Call:
    """Return a call with that result, which stands in its thread."""
    posted = {"state": State.REPORTED, "result_ts": "100.2", "result_in": "CGENERAL"}
    return replace(a_call_with_result(payload), **{**posted, **changes})
