"""A person's calls, the help, the views behind buttons, and what a press is answered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from bot.blocks.messages.help import help_message
from bot.blocks.views.details import details
from bot.blocks.views.home import home_tab, list_message
from bot.blocks.views.notice import notice
from bot.blocks.views.transcript import transcript
from bot.blocks.words.user_messages import (
    CANCELED,
    DIALING_NOW,
    MAYBE_SAVED,
    NO_VIEW,
    NOT_SAVED,
    OLD_BUTTON,
    followed_elsewhere,
    not_done,
    place_closed,
)
from bot.core.approval import ApprovalState
from bot.core.calls.states import EndReason
from bot.core.errors import (
    ApprovalDecided,
    AwaitsApproval,
    ContentErased,
    DraftExpired,
    DraftReplaced,
    DraftTaken,
    MembershipUnknown,
    NotApprover,
    NotCallOwner,
    NotDraftOwner,
    NotShownHere,
    OtherTeam,
    OwnApproval,
    Unchangeable,
    UnknownCall,
)
from tests.blocks.surfaces.examples import (
    AWAITS,
    LINKS,
    PAYLOADS,
    REASONS,
    TOMORROW,
    Surface,
    reported,
)
from tests.builders import (
    NOON,
    a_call,
    a_waiting_call,
    an_announced_call,
    an_ended_call,
)

_ERRORS: Final = [
    UnknownCall(""), ContentErased(""), OtherTeam(""), MembershipUnknown(""), NotShownHere(""),
    NotDraftOwner(""), DraftExpired(""), DraftTaken(""), DraftReplaced(""), NotCallOwner(""),
    Unchangeable(), Unchangeable(dialed_at=NOON), Unchangeable(ending=EndReason.CANCELED),
    Unchangeable(ending=EndReason.NOT_PLACED), OwnApproval(""), NotApprover(""), AwaitsApproval(""),
    *(ApprovalDecided(state, "UGRACE") for state in ApprovalState),
]  # fmt: skip


def own_calls() -> Iterator[tuple[str, Surface]]:
    """Return each, by its name."""
    yield from _own_calls()
    yield from _told()


def _own_calls() -> Iterator[tuple[str, Surface]]:
    scheduled = [an_announced_call(id=UUID(int=n), dial_at=TOMORROW) for n in range(2)]
    recent = [
        a_waiting_call(),
        a_waiting_call(placed_at=None),
        an_announced_call(attempts=3),
        *(reported(payload) for payload in PAYLOADS.values()),
        *(an_ended_call(EndReason.NOT_PLACED, reason=reason) for reason in REASONS.values()),
        an_ended_call(EndReason.CANCELED),
        an_ended_call(recipient="", prompt="", erased_at=NOON),
    ]
    # One after the other, as they are listed.
    recent = [
        replace(call, ended_at=NOON - n * timedelta(minutes=17)) if call.ending else call
        for n, call in enumerate(recent)
    ]
    yield "home: nothing yet", home_tab([], [], LINKS, "/call")
    yield "home: calls in every state", home_tab(scheduled, recent, LINKS, "/call", older=20)
    yield "list: nothing yet", list_message([], [], LINKS)
    yield "list: some calls", list_message(scheduled, recent[:5], LINKS)
    to_approve = [an_announced_call(id=UUID(int=9), reason=AWAITS), *scheduled]
    many = [an_announced_call(id=UUID(int=n), reason=AWAITS) for n in range(10, 20)]
    later = [an_announced_call(id=UUID(int=n), dial_at=TOMORROW) for n in range(20, 30)]
    yield (
        "home: more than there is room for",
        home_tab([*many, *later], [], LINKS, "/call", in_all=(12, 30)),
    )
    yield "list: waiting for approval", list_message(to_approve, [], LINKS)
    yield "help", help_message("/call")
    yield "help: with approvals", help_message("/call", needs_approval=True)
    yield "help: with house rules", help_message("/call", "Say at the start that you are an AI.")
    call = reported(PAYLOADS["completed"])
    yield "transcript", transcript(call)
    yield "transcript: nothing said", transcript(reported(PAYLOADS["no answer"]))
    yield "details", details(call)
    not_placed = an_ended_call(EndReason.NOT_PLACED, reason=REASONS["refused"])
    yield "details: not placed", details(not_placed)
    yield "details: many answers", details(reported(PAYLOADS["many answers"]))


def _told() -> Iterator[tuple[str, Surface]]:
    texts = [NOT_SAVED, MAYBE_SAVED, NO_VIEW, OLD_BUTTON, DIALING_NOW, CANCELED]
    for text in [*texts, *map(not_done, _ERRORS)]:
        yield f"told: {text[:40]}", notice(text)
    for code in ("not_in_channel", "is_archived", "thread_not_found", "something_new"):
        yield f"told: {code}", notice(place_closed(a_call(place_error=code)))
    for place in ("CSALES", "D1"):
        call = a_waiting_call(posted_in=place)
        yield f"told: followed in {place}", notice(followed_elsewhere(call, LINKS))
