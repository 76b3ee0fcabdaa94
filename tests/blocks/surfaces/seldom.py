"""What is seldom said: the sentences that no other surface of the gallery shows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.blocks.messages.drafts import draft_message, friendly_answer
from bot.blocks.messages.message import Message
from bot.blocks.messages.status import status_message
from bot.blocks.views.home import home_tab
from bot.blocks.views.notice import notice
from bot.blocks.views.pages import paged
from bot.blocks.words.policy import Mrkdwn, goes_at_opening, refusal
from bot.blocks.words.problems import sentences
from bot.blocks.words.reasons import reason_sentence
from bot.blocks.words.rules import forgotten
from bot.blocks.words.user_messages import NO_FORM, not_done, place_closed
from bot.core.calls.reason import Reason, ReasonKind
from bot.core.calls.states import EndReason
from bot.core.doubt import Doubt, DoubtKind
from bot.core.draft import DraftKind, DraftState
from bot.core.errors import (
    DraftCanceled,
    MaybeSaved,
    NotAdmin,
    NotSaved,
    RingbackError,
    StoreError,
)
from bot.core.forget import Forgotten
from bot.core.phone import format_international
from bot.core.policy.decision import NumberType, OutsideHours, RefusedNumberType
from tests.blocks.surfaces.examples import LINKS, Surface
from tests.builders import (
    NOON,
    NUMBER,
    SUCCESS,
    a_call,
    a_call_with_result,
    a_draft,
    a_waiting_call,
    an_announced_call,
)

_ERRORS: Final = [
    NotAdmin(""), DraftCanceled(""), NotSaved(""), MaybeSaved(""), StoreError(""),
    RingbackError("what the error says"),
]  # fmt: skip
_REASONS: Final = {
    "answered after all": Reason.answered_after_all(SUCCESS),
    "of a newer version": Reason(ReasonKind.UNKNOWN),
    "a rule of a newer version": Reason(ReasonKind.POLICY),
}


def seldom_seen(closed: OutsideHours) -> Iterator[tuple[str, Surface]]:
    """Return each, by its name."""
    yield from _answers()
    for error in _ERRORS:
        yield f"seldom: told, {type(error).__name__}", notice(not_done(error))
    for name, reason in _REASONS.items():
        yield f"seldom: not placed, {name}", notice(reason_sentence(reason))
    for kind in NumberType:
        words = refusal(RefusedNumberType(NUMBER, kind), Mrkdwn())
        yield f"seldom: refused, {kind.value}", notice(words)
    for unclear in (DoubtKind.NOT_ONLY_A_NUMBER, DoubtKind.AREA_CODE_MISSING):
        doubt = Doubt(unclear, typed="415 CALL", country="US")
        yield f"seldom: problem, {unclear.value}", notice(sentences([doubt]))
    for code in ("channel_not_found", "messages_tab_disabled"):
        yield f"seldom: told, {code}", notice(place_closed(a_call(place_error=code)))
    yield "seldom: told, call now at a closed hour", notice(goes_at_opening(closed, Mrkdwn()))
    yield "seldom: told, no form", notice(f"{NO_FORM}.")
    yield (
        "seldom: told, forgotten",
        notice(forgotten(Forgotten(calls=3, questions=2, under_way=2), "/call")),
    )
    yield (
        "seldom: nothing to show",
        paged("Details", "details:1", format_international(NUMBER), [], 0),
    )
    held_up = an_announced_call(attempts=3, dial_at=NOON + timedelta(hours=1))
    yield (
        "seldom: home, not picked up",
        home_tab(
            [], [a_call_with_result({"call_status": "not_picked_up"}), held_up], LINKS, "/call"
        ),
    )
    status = status_message(a_waiting_call(), LINKS)
    yield "seldom: status, of somebody whose name Slack doesn't tell", status


def _answers() -> Iterator[tuple[str, Surface]]:
    yield "seldom: answer, unclear", draft_message(a_draft(DraftKind.UNCLEAR), "/call")
    at = a_draft(DraftKind.CONFIRM, Doubt(DoubtKind.CALL_TIME, typed="at 5pm"))
    yield "seldom: answer, with a time", draft_message(at, "/call")
    called = a_draft(state=DraftState.CALLED)
    yield "seldom: answer, done, long ago", draft_message(called, "/call")
    edited = a_draft(DraftKind.ALREADY_CALLED)
    yield "seldom: answer, edited, not known what of", draft_message(edited, "/call")
    not_over = a_waiting_call()
    yield "seldom: answer, edited during the call", draft_message(edited, "/call", not_over)
    moved = draft_message(a_draft(), "/call", moved_from="D1")
    yield "seldom: answer, in another conversation", moved
    greeting = friendly_answer(DraftKind.GREETING, "/call")
    yield "seldom: answer to /call hi", Message(greeting, [])
    ended = a_draft(DraftKind.AGAIN, state=DraftState.CALLED)
    canceled = a_call(ending=EndReason.CANCELED)
    yield "seldom: answer, canceled", draft_message(ended, "/call", canceled)
