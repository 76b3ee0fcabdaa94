"""Why a call has no result: a kind and its facts, kept as data. Pure.

The sentence for it is made in `bot.blocks.words.reasons` when it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from bot.core.calls.result import CallResult
from bot.core.policy.decision import AwaitingApproval, Hold
from bot.core.policy.kept import Fact, from_json, to_json


class ReasonKind(StrEnum):
    """What kept a call from having a result.

    `LEGACY` is the sentence that a row of an earlier version holds; `UNKNOWN` is a kind of a
    later version, whose facts are kept as they are.
    """

    CALLCOW_REFUSED = "callcow_refused"
    KEY_REFUSED = "key_refused"
    TOO_LATE = "too_late"
    NO_THREAD = "no_thread"
    UNINSTALLED = "uninstalled"
    RESTORED = "restored"
    ANSWERED_AFTER_ALL = "answered_after_all"
    NO_RESULT = "no_result"
    REDIRECTED = "redirected"
    NOT_ANNOUNCED = "not_announced"
    NO_KEY = "no_key"
    DECLINED = "declined"
    NOT_APPROVED = "not_approved"
    APPROVAL_NOT_ASKED = "approval_not_asked"
    POLICY = "policy"
    LEGACY = "legacy"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reason:
    """One reason; `facts` are values that JSON has, by name."""

    kind: ReasonKind
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def refused(cls, message: str, *, status: int | None) -> Self:
        """Return that CallCow said no, in its own words."""
        return cls(ReasonKind.CALLCOW_REFUSED, {"message": message, "status": status})

    @classmethod
    def key_refused(cls, message: str, *, status: int | None, is_own: bool = False) -> Self:
        """Return that it said no to the API key; `is_own` for one that the workspace entered."""
        facts = {"message": message, "status": status, **({"is_own": True} if is_own else {})}
        return cls(ReasonKind.KEY_REFUSED, facts)

    @classmethod
    def too_late(cls, *, late_by: timedelta, within: timedelta) -> Self:
        """Return that the call was due so long ago, and could not be sent within its time."""
        facts = {"late_by": late_by.total_seconds(), "within": within.total_seconds()}
        return cls(ReasonKind.TOO_LATE, {name: round(value) for name, value in facts.items()})

    @classmethod
    def no_thread(cls, slack_error: str) -> Self:
        """Return that Slack let no thread be opened, and its name for why."""
        return cls(ReasonKind.NO_THREAD, {"slack_error": slack_error})

    @classmethod
    def approval_not_asked(cls, slack_error: str) -> Self:
        """Return that the request for an approval could not be posted, and Slack's name for why."""
        return cls(ReasonKind.APPROVAL_NOT_ASKED, {"slack_error": slack_error})

    @classmethod
    def answered_after_all(cls, result: CallResult) -> Self:
        """Return that an earlier attempt turned out to have had this result."""
        facts = {"call_status": result.call_status, "provider_status": result.provider_status}
        return cls(ReasonKind.ANSWERED_AFTER_ALL, facts)

    @classmethod
    def by_policy(cls, fact: Fact) -> Self:
        """Return what the policy says of the call."""
        return cls(ReasonKind.POLICY, {"policy": to_json(fact)})

    @property
    def policy_fact(self) -> Fact | None:
        """What the policy says; None for another kind, or a fact of another version."""
        kept = self.facts.get("policy")
        if self.kind is not ReasonKind.POLICY or not isinstance(kept, Mapping):
            return None
        return from_json(kept)

    @property
    def awaits_approval(self) -> bool:
        """Whether the call only waits until somebody approves it."""
        return isinstance(self.policy_fact, AwaitingApproval)

    @property
    def is_hold(self) -> bool:
        """Whether the call only waits until somebody lets it go on."""
        return isinstance(self.policy_fact, Hold)

    @classmethod
    def legacy(cls, text: str) -> Self:
        """Return a reason of which only the sentence is known."""
        return cls(ReasonKind.LEGACY, {"text": text})

    def text(self, name: str) -> str:
        """Return a fact as text, empty for one that is missing or is no text."""
        value = self.facts.get(name)
        return value if isinstance(value, str) else ""

    def to_json(self) -> dict[str, Any]:
        """Return what is kept of the reason; one that was not understood is kept unchanged."""
        if self.kind is ReasonKind.UNKNOWN:
            return dict(self.facts)
        return {"kind": str(self.kind), **self.facts}

    @classmethod
    def from_json(cls, kept: Any) -> Self:
        """Return the reason that was kept, whatever a version later than this one made of it."""
        if not isinstance(kept, Mapping):
            return cls(ReasonKind.UNKNOWN, {"value": kept})
        try:
            kind = ReasonKind(kept["kind"])
        except (KeyError, ValueError):
            return cls(ReasonKind.UNKNOWN, dict(kept))
        return cls(kind, {name: value for name, value in kept.items() if name != "kind"})


UNINSTALLED = Reason(ReasonKind.UNINSTALLED)
RESTORED = Reason(ReasonKind.RESTORED)
NO_RESULT = Reason(ReasonKind.NO_RESULT)
REDIRECTED = Reason(ReasonKind.REDIRECTED)
NOT_ANNOUNCED = Reason(ReasonKind.NOT_ANNOUNCED)
NO_KEY = Reason(ReasonKind.NO_KEY)
DECLINED = Reason(ReasonKind.DECLINED)
NOT_APPROVED = Reason(ReasonKind.NOT_APPROVED)
