"""How a call is asked for: the answers to what people write, and the form."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.blocks.messages.drafts import draft_message
from bot.blocks.views.form import OTHER_CHANNEL, Chosen, Origin, call_form
from bot.blocks.views.notice import notice
from bot.blocks.words.call_again import warning_about
from bot.blocks.words.problems import by_field, doubts_by_field, sentences
from bot.core.calls.states import EndReason
from bot.core.doubt import Doubt, DoubtKind, PlaceProblem, RequestField, TimeProblem
from bot.core.draft import DraftKind, DraftState
from bot.core.policy.decision import OutsideHours
from bot.core.policy.kept import to_json
from bot.core.request import IfUnanswered
from tests.blocks.surfaces.examples import (
    AWAITS,
    TOMORROW,
    Surface,
)
from tests.builders import (
    NUMBER_SPOKEN,
    PROMPT,
    a_call,
    a_call_with_result,
    a_draft,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
)

OPENING: Final = datetime(2026, 3, 31, 8, tzinfo=ZoneInfo("America/Los_Angeles"))
CLOSED: Final = OutsideHours(local_time=OPENING - timedelta(hours=3), local_opening=OPENING)
_ANSWERS: Final = {
    "confirm": a_draft(),
    "again": a_draft(DraftKind.AGAIN),
    "number newer than ours": a_draft(DraftKind.CONFIRM, Doubt(DoubtKind.UNKNOWN_NUMBER)),
    "two numbers": a_draft(DraftKind.UNCLEAR, Doubt(DoubtKind.SEVERAL_NUMBERS)),
    "extension": a_draft(
        DraftKind.UNCLEAR, Doubt(DoubtKind.EXTENSION, typed="ext. 12", instead="12")
    ),
    "not to call": a_draft(DraftKind.UNCLEAR, Doubt(DoubtKind.NOT_TO_CALL)),
    "no number": a_draft(DraftKind.NO_NUMBER),
    "a command": a_draft(DraftKind.SUBCOMMAND, prompt="unblock +1 415-555-2671"),
    "a command, of whom": a_draft(DraftKind.SUBCOMMAND, prompt="forget"),
    "no command": a_draft(DraftKind.SUBCOMMAND, prompt="audit"),
    "greeting": a_draft(DraftKind.GREETING),
    "thanks": a_draft(DraftKind.THANKS),
    "not admitted": a_draft(DraftKind.NOT_ADMITTED),
    "of another team": a_draft(DraftKind.OTHER_TEAM),
    "not allowed": a_draft(DraftKind.NOT_ALLOWED),
    "closed hour": a_draft(DraftKind.CALL_THEN, unclear={"policy": to_json(CLOSED)}),
    "canceled": a_draft(DraftKind.CALL_THEN, state=DraftState.CANCELED),
    "expired": a_draft(state=DraftState.EXPIRED),
    "replaced": a_draft(state=DraftState.REPLACED),
}


def ways_in() -> Iterator[tuple[str, Surface]]:
    """Return each, by its name."""
    yield from _drafts()
    yield from _forms()


def _drafts() -> Iterator[tuple[str, Surface]]:
    for name, draft in _ANSWERS.items():
        yield f"answer: {name}", draft_message(draft, "/call")
    moved = draft_message(a_draft(), "/call", moved_from="CGENERAL")
    yield "answer: in a direct message instead", moved
    called = a_draft(state=DraftState.CALLED)
    for name, call in {
        "calling": a_call(),
        "scheduled": an_announced_call(dial_at=TOMORROW),
        "waiting for approval": an_announced_call(reason=AWAITS),
        "unconfirmed": a_waiting_call(placed_at=None),
        "called": a_call_with_result(),
        "canceled": an_ended_call(EndReason.CANCELED),
        "not placed": an_ended_call(EndReason.NOT_PLACED),
    }.items():
        yield f"answer: done, {name}", draft_message(called, "/call", call)
    edited = a_draft(DraftKind.ALREADY_CALLED)
    yield "answer: edited after the call", draft_message(edited, "/call", a_call_with_result())


def _forms() -> Iterator[tuple[str, Surface]]:
    here = Origin(channel="CGENERAL")
    yield "form: empty", call_form(Origin())
    yield "form: in a channel", call_form(here, number=NUMBER_SPOKEN, prompt=PROMPT)
    yield "form: which channel", call_form(here, chosen=Chosen(place=OTHER_CHANNEL))
    yield (
        "form: another channel",
        call_form(here, chosen=Chosen(place=OTHER_CHANNEL, channel="CSALES")),
    )
    thread = Origin(channel="CGENERAL", thread_ts="100.1")
    chosen = Chosen(if_unanswered=IfUnanswered.THREE_IN_ALL.value, after_voicemail=True)
    yield (
        "form: call again, in a thread",
        call_form(thread, number=NUMBER_SPOKEN, prompt=PROMPT, chosen=chosen),
    )
    maybe_made = an_ended_call(EndReason.NO_RESULT)
    yield (
        "form: call again, which may be a second time",
        call_form(
            thread,
            number=NUMBER_SPOKEN,
            prompt=PROMPT,
            problems={RequestField.NUMBER.value: warning_about(maybe_made)},
        ),
    )
    rules = "Say at the start that you are an AI."
    yield "form: with house rules", call_form(Origin(), house_rules=rules)
    problems = doubts_by_field([Doubt(DoubtKind.TOO_SHORT, typed="415 555", country="US")])
    yield "form: a problem", call_form(here, number="415 555", problems=problems)
    for kind in DoubtKind:
        doubt = Doubt(kind, typed="415 555", country="US", instead=NUMBER_SPOKEN, length=3001)
        yield f"form: problem, {kind.value}", notice(sentences([doubt]))
    for problem in (*TimeProblem, *PlaceProblem):
        words = by_field({RequestField.WHEN: [problem]})[RequestField.WHEN.value]
        yield f"form: error, {problem.name}", notice(words)
