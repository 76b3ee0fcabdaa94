"""A draft: what somebody wrote that is answered, not dialed, and what becomes of it. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID, uuid4

from bot.core.doubt import Doubt, DoubtKind
from bot.core.errors import TransitionRefused
from bot.core.leased import Leased
from bot.core.policy.decision import OutsideHours
from bot.core.policy.kept import Fact, from_json

# What was written is kept for a day; that there was a draft, for a month.
CONTENT_KEPT: Final = timedelta(days=1)
DRAFT_KEPT: Final = timedelta(days=30)
# How often a message is brought up to date that Slack does not let be edited.
_SHOW_ATTEMPTS_MAX: Final = 10
# Until the call has ended, its draft looks for its end after pauses that double.
_FIRST_LOOK: Final = timedelta(seconds=1)
_LOOK_MAX: Final = timedelta(hours=1)


class DraftKind(StrEnum):
    """What a message is answered."""

    CONFIRM = "confirm"
    AGAIN = "again"
    CALL_THEN = "call_then"
    UNCLEAR = "unclear"
    NO_NUMBER = "no_number"
    HELP = "help"
    LIST = "list"
    GREETING = "greeting"
    THANKS = "thanks"
    ALREADY_CALLED = "already_called"
    NOT_ADMITTED = "not_admitted"
    OTHER_TEAM = "other_team"
    NOT_ALLOWED = "not_allowed"
    NO_KEY = "no_key"
    SUBCOMMAND = "subcommand"


# These can be called without another look at what was written.
CALLABLE: Final = frozenset({DraftKind.CONFIRM, DraftKind.AGAIN, DraftKind.CALL_THEN})
# These are answered with a button that places the call, or at least opens the form.
ASKING: Final = CALLABLE | {DraftKind.UNCLEAR, DraftKind.NO_NUMBER}


class DraftState(StrEnum):
    """How far a draft has come: `OPEN` is answered and undecided, `CLOSED` has no buttons."""

    SAVED = "saved"
    OPEN = "open"
    CLOSED = "closed"
    CALLED = "called"
    CANCELED = "canceled"
    REPLACED = "replaced"
    EXPIRED = "expired"


UNDECIDED: Final = frozenset({DraftState.SAVED, DraftState.OPEN})


class DraftStep(StrEnum):
    """What the worker does with a draft that is due."""

    ANSWER = "answer"
    SHOW = "show"
    EXPIRE = "expire"
    ERASE = "erase"


@dataclass(frozen=True, kw_only=True)
class Draft(Leased):
    """One row of the table `drafts`.

    `recipient` is a number in E.164, `number` how it belongs into the form; `unclear` holds the
    doubts, or the policy's fact. `about` is the earlier call that it refers to, `call_id` the one
    that it became, and `taken_by` what made it so: a press, or a form's view. `shown` is what its
    message says, and `settled_at` is when there was nothing left to say.
    """

    request_key: str
    enterprise: str | None
    requester: str
    channel: str
    thread_ts: str | None
    kind: DraftKind
    state: DraftState
    created_at: datetime
    number: str | None = None
    recipient: str | None = None
    prompt: str | None = field(default=None, repr=False)
    unclear: dict[str, Any] | None = field(default=None, repr=False)
    about: UUID | None = None
    posted_in: str | None = None
    message_ts: str | None = None
    shown: str | None = None
    call_id: UUID | None = None
    taken_by: str | None = None
    decided_at: datetime | None = None
    settled_at: datetime | None = None

    @property
    def call_key(self) -> str:
        """The request key of the call that it becomes: so it becomes one at most."""
        return f"draft:{self.id}"

    @property
    def is_of_root(self) -> bool:
        """Whether the message that it answers stands in the channel itself, not in a thread."""
        return f"message:{self.channel}:{self.thread_ts}:" in f"{self.request_key}:"

    @property
    def is_undecided(self) -> bool:
        """Whether nothing has become of it yet."""
        return self.state in UNDECIDED

    def has_expired(self, now: datetime) -> bool:
        """Whether its day is over, also where nobody was there yet to say so."""
        is_old = now - self.created_at >= CONTENT_KEPT
        return self.state is DraftState.EXPIRED or (self.is_undecided and is_old)

    @property
    def can_be_called(self) -> bool:
        """Whether a plain yes is enough to place its call."""
        return (
            self.is_undecided
            and self.kind in CALLABLE
            and self.recipient is not None
            and self.prompt is not None
        )

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What is unclear; what another version wrote there is left out."""
        return tuple(_doubts((self.unclear or {}).get("doubts")))

    @property
    def policy_fact(self) -> Fact | None:
        """What the policy says of it; None where that is of another version."""
        kept = (self.unclear or {}).get("policy")
        return from_json(kept) if isinstance(kept, dict) else None

    def call_at(self, now: datetime) -> datetime | None:
        """Return the time (UTC) that was offered for its call; None for at once."""
        fact = self.policy_fact
        if not isinstance(fact, OutsideHours):
            return None
        opening = fact.local_opening.astimezone(UTC)
        return opening if opening > now else None

    def next_step(self, now: datetime) -> DraftStep | None:
        """Return what to do with this draft, which is due at `now`; None for nothing yet."""
        match self.state:
            case DraftState.SAVED | DraftState.OPEN if self.has_expired(now):
                return DraftStep.EXPIRE
            case DraftState.SAVED:
                return DraftStep.ANSWER
            case DraftState.OPEN:
                return None
            case DraftState.CLOSED:
                return DraftStep.ERASE
            case _:
                return DraftStep.SHOW if self.settled_at is None else DraftStep.ERASE

    def answered(self, *, channel: str, ts: str) -> Self:
        """Return the draft with its answer posted."""
        self._must_be(DraftState.SAVED)
        state = DraftState.OPEN if self.kind in ASKING else DraftState.CLOSED
        done = replace(self, state=state, posted_in=channel, message_ts=ts, attempts=0)
        if state is DraftState.CLOSED:
            return done.erased()
        return done.released(due_at=self.created_at + CONTENT_KEPT)

    def called(self, call_id: UUID, *, by: str, now: datetime) -> Self:
        """Return the draft as it became that call; a form may still make one of an expired one."""
        if self.kind not in ASKING:
            raise TransitionRefused(f"a draft that only says {self.kind}")
        self._must_be(*UNDECIDED, DraftState.EXPIRED)
        after = replace(self, state=DraftState.CALLED, call_id=call_id, taken_by=by)
        return after._decided(now)

    def canceled(self, now: datetime) -> Self:
        """Return the draft as its person wants no call of it."""
        self._must_be(*UNDECIDED)
        return replace(self, state=DraftState.CANCELED)._decided(now)

    def replaced(self, now: datetime) -> Self:
        """Return the draft as another one took its place, since its message was edited."""
        self._must_be(*UNDECIDED)
        return replace(self, state=DraftState.REPLACED)._decided(now)

    def expired(self, now: datetime) -> Self:
        """Return the draft without what was written; its message, if there is one, is to say so."""
        self._must_be(*UNDECIDED)
        after = replace(self, state=DraftState.EXPIRED)._decided(now)
        if self.message_ts is None:
            return after.erased()
        return replace(after.erased(), due_at=now)

    def asked_anew(self, *, request_key: str, now: datetime) -> Self:
        """Return the same question as another draft, which is yet to be asked."""
        after = replace(self, id=uuid4(), request_key=request_key, state=DraftState.SAVED)
        unasked = replace(after, posted_in=None, message_ts=None, shown=None, attempts=0)
        return replace(unasked, created_at=now).released(due_at=now)

    def shows(self, what: str) -> Self:
        """Return the draft whose message says `what` now."""
        return replace(self, shown=what, attempts=0)

    def settled(self, now: datetime) -> Self:
        """Return the draft with nothing left to say, its content to be erased in time."""
        after = replace(self, settled_at=now, attempts=0)
        erase_at = self.created_at + CONTENT_KEPT
        return after.erased() if now >= erase_at else after.released(due_at=erase_at)

    def erased(self) -> Self:
        """Return the draft without what was written, and with nothing left to do."""
        after = replace(self, number=None, recipient=None, prompt=None, unclear=None)
        return after.released(due_at=None)

    def is_tried_enough(self) -> bool:
        """Whether its message has been edited in vain for long enough."""
        return self.attempts >= _SHOW_ATTEMPTS_MAX

    def next_look(self, now: datetime) -> datetime:
        """Return when to look again for the end of the call that it became."""
        since = now - (self.decided_at or self.created_at)
        return now + min(max(since, _FIRST_LOOK), _LOOK_MAX)

    def _decided(self, now: datetime) -> Self:
        after = replace(self, decided_at=now, settled_at=None, attempts=0)
        return after.released(due_at=now)

    def _must_be(self, *states: DraftState) -> None:
        if self.state not in states:
            raise TransitionRefused(f"a draft that is {self.state}")


def unclear(doubts: Iterable[Doubt]) -> dict[str, Any] | None:
    """Return doubts as they are kept, None for none."""
    kept = [{**asdict(doubt), "kind": str(doubt.kind)} for doubt in doubts]
    return {"doubts": kept} if kept else None


def _doubts(kept: Any) -> Iterable[Doubt]:
    for one in kept if isinstance(kept, list) else ():
        try:
            yield Doubt(**{**one, "kind": DoubtKind(one["kind"])})
        except (KeyError, TypeError, ValueError):
            continue
