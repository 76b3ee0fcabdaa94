"""The facts of a decision as JSON, to be kept with a call, and the rule that each is of. Pure."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, get_type_hints

from bot.core.policy.decision import (
    AwaitingApproval,
    CrisisLine,
    DeactivatedCaller,
    DialingOff,
    EmergencyNumber,
    GuestCaller,
    Hold,
    Limit,
    LimitReached,
    NoOtherApprover,
    NoPhoneNumber,
    NumberType,
    OnDoNotCallList,
    OutsideHours,
    Paused,
    Refusal,
    RefusedCountry,
    RefusedNumberType,
    UnlistedCaller,
)

Fact = Refusal | Hold | OutsideHours
# The words are kept with calls and in the audit: they stay as they are.
_FACTS: Final[Mapping[str, type[Fact]]] = {
    "dialing_off": DialingOff,
    "paused": Paused,
    "emergency_number": EmergencyNumber,
    "crisis_line": CrisisLine,
    "no_phone_number": NoPhoneNumber,
    "number_type": RefusedNumberType,
    "country": RefusedCountry,
    "do_not_call": OnDoNotCallList,
    "guest": GuestCaller,
    "caller": UnlistedCaller,
    "deactivated": DeactivatedCaller,
    "limit": LimitReached,
    "hours": OutsideHours,
    "approval": AwaitingApproval,
    "no_other_approver": NoOtherApprover,
}
_WORDS: Final = {kind: word for word, kind in _FACTS.items()}


def rule_of(fact: Fact) -> str:
    """Return the word for the rule that a fact is of."""
    return _WORDS[type(fact)]


def to_json(fact: Fact) -> dict[str, Any]:
    """Return what is kept of a fact."""
    kept = {each.name: _written(getattr(fact, each.name)) for each in fields(fact)}
    return {"rule": rule_of(fact), **kept}


def from_json(kept: Mapping[str, Any]) -> Fact | None:
    """Return the fact that was kept; None for one of another version."""
    try:
        kind: Any = _FACTS[kept["rule"]]
        hints = get_type_hints(kind)
        fact: Fact = kind(**{name: _read(hint, kept[name]) for name, hint in hints.items()})
    except (KeyError, TypeError, ValueError):
        return None
    return fact


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, StrEnum) else value


def _read(hint: object, value: Any) -> object:
    if value is None:
        return None
    if hint in (datetime, datetime | None):
        return datetime.fromisoformat(value)
    if hint in (NumberType, Limit):
        return hint(value)
    return frozenset(value) if isinstance(value, list) else value
