"""What people are answered about whom one may call, and when, for the gallery."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.blocks.messages.drafts import draft_message
from bot.blocks.messages.message import Message
from bot.blocks.messages.result import result_message
from bot.blocks.messages.status import status_message
from bot.blocks.views.form import Origin, call_form
from bot.blocks.views.notice import notice
from bot.blocks.words.policy import Plain, by_rule
from bot.blocks.words.rules import (
    blocked,
    forgotten,
    paused,
    resumed,
    unblocked,
    which_number,
    whom_to_forget,
)
from bot.core.calls.reason import Reason
from bot.core.calls.states import EndReason
from bot.core.draft import DraftKind
from bot.core.forget import Forgotten
from bot.core.links import NO_LINKS
from bot.core.policy.decision import (
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
from bot.core.policy.kept import Fact, to_json
from tests.builders import (
    NOON,
    NUMBER,
    NUMBER_SPOKEN,
    PROMPT,
    a_draft,
    an_announced_call,
    an_ended_call,
)

_NAMES: Final = {"UADA": "Ada", "UGRACE": "Grace"}
_OPENING: Final = datetime(2026, 3, 31, 8, tzinfo=ZoneInfo("America/Los_Angeles"))
_CLOSED: Final = OutsideHours(local_time=_OPENING - timedelta(hours=3), local_opening=_OPENING)
_PAUSED: Final = Paused("UGRACE", NOON)
_FACTS: Final[dict[str, Fact]] = {
    "emergency": EmergencyNumber("911"),
    "crisis line": CrisisLine("988", "the 988 Suicide & Crisis Lifeline"),
    "kind of number": RefusedNumberType("+19005551234", NumberType.PREMIUM_RATE),
    "country": RefusedCountry("+33142685300", "FR", 33),
    "no phone number": NoPhoneNumber("4155552671"),
    "blocked": OnDoNotCallList("UGRACE", NOON),
    "guest": GuestCaller(),
    "not listed": UnlistedCaller(),
    "deactivated": DeactivatedCaller("UADA"),
    "no other approver": NoOtherApprover(),
    "more than a day's calls": LimitReached(Limit.NUMBER_PER_DAY, 2, None),
    **{f"limit, {limit.value}": LimitReached(limit, most, NOON + timedelta(minutes=20))
       for limit, most in zip(Limit, (10, 30, 6, 300), strict=True)},
    "outside hours": _CLOSED,
    "paused": _PAUSED,
    "off": DialingOff(),
}  # fmt: skip
_WAITING: Final = ("paused", "off")
# One for each field that it may concern.
_IN_THE_FORM: Final = ("blocked", "more than a day's calls", "outside hours", "guest")
_GONE: Final = Forgotten(calls=2, questions=1, under_way=1)


def policy_surfaces() -> Iterator[tuple[str, Message | dict[str, object]]]:
    """Return each answer of the policy, by its name."""
    for name, fact in _FACTS.items():
        if name == "deactivated":
            # They write no more.
            continue
        draft = a_draft(DraftKind.NOT_ALLOWED, unclear={"policy": to_json(fact)})
        yield f"policy: answer, {name}", draft_message(draft, "/call", names=_NAMES)
    for name in _IN_THE_FORM:
        form = call_form(
            Origin(channel="CGENERAL"),
            number=NUMBER_SPOKEN,
            prompt=PROMPT,
            problems=by_rule(_FACTS[name], NOON, Plain(_OPENING.tzinfo or UTC, _NAMES)),
        )
        yield f"policy: form, {name}", form
    moved = an_announced_call(reason=Reason.by_policy(_CLOSED), dial_at=_OPENING)
    yield "policy: status, outside hours", status_message(moved, NO_LINKS, None, _NAMES)
    for name in _WAITING:
        waiting = an_announced_call(reason=Reason.by_policy(_FACTS[name]), attempts=1)
        yield f"policy: status, {name}", status_message(waiting, NO_LINKS, None, _NAMES)
    for name in ("blocked", "deactivated", f"limit, {Limit.NUMBER_PER_DAY.value}"):
        reason = Reason.by_policy(_FACTS[name])
        ended = an_ended_call(EndReason.NOT_PLACED, reason=reason)
        yield f"policy: result, {name}", result_message(ended, NO_LINKS, _NAMES)
    for number, text in enumerate(_SAID, 1):
        yield f"policy: rules {number}", notice(text)


_SAID: Final = [
    blocked(NUMBER, "/call", is_new=True),
    blocked(NUMBER, "/call", is_new=False),
    unblocked(NUMBER, was_blocked=True),
    unblocked(NUMBER, was_blocked=False),
    paused("/call", is_new=True),
    paused("/call", is_new=False),
    resumed(were_paused=True),
    resumed(were_paused=False),
    which_number("/call", "block"),
    whom_to_forget("/call"),
    forgotten(_GONE, "/call"),
    forgotten(Forgotten(calls=900, is_all=False), "/call"),
]
