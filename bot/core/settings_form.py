"""What somebody enters in the form of a workspace's settings: read, and told what changes. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from bot.core.errors import InvalidOwnSettings, InvalidPolicy
from bot.core.policy.decision import NumberType
from bot.core.policy.parsing import parse_countries, parse_hours
from bot.core.policy.policy import EVERY_DAY, CallingHours
from bot.core.workspace_settings import LIMITS, OwnSettings, WorkspaceSettings, problems

CALLCOW_KEY: Final = "callcow_key"
REMOVE_KEY: Final = "remove_key"
_KEY_MAX: Final = 200
# Those of Slack, which belong elsewhere.
_TOKENS: Final = ("xoxb-", "xoxp-", "xoxe", "xapp-")
_SECRETS: Final = frozenset({"house_rules"})
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class EntryProblem(StrEnum):
    """What cannot be meant by what was entered."""

    NO_REGION = "no_region"
    NO_NUMBER = "no_number"
    NO_KEY = "no_key"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Entered:
    """What stands in the form, by the names of `OwnSettings`: texts, and what was chosen.

    A field that the form did not have is in neither. `removes_key` says that the key that there is
    has to go; one that is entered takes its place anyway.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    callcow_key: SecretStr | None = None
    removes_key: bool = False


def read_entered(entered: Entered, before: OwnSettings, operator: WorkspaceSettings) -> OwnSettings:
    """Return what is to hold; raise `InvalidOwnSettings` with all that is wrong with it.

    What the form did not have stays as it was `before`.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, object] = {}
    for name, text in entered.texts.items():
        try:
            values[name] = _TEXTS[name](text.strip())
        except InvalidPolicy as error:
            wrong[name] = str(error)
        except _Unclear as error:
            wrong[name] = error.problem
    for name, chosen in entered.chosen.items():
        values[name] = _CHOICES.get(name, frozenset)(chosen)
    if entered.callcow_key is not None and not _may_be_a_key(entered.callcow_key):
        wrong[CALLCOW_KEY] = EntryProblem.NO_KEY
    # What is as the operator has it is left open.
    if values.get("region") == operator.region:
        values["region"] = None
    if values.get("days") == operator.policy.days:
        values["days"] = EVERY_DAY
    kept = {name: getattr(before, name) for name in OwnSettings.model_fields}
    try:
        own = OwnSettings.model_validate({**kept, **values})
    except ValidationError as error:
        odd = {str(problem["loc"][0]) for problem in error.errors()}
        raise InvalidOwnSettings({**{name: _odd(name) for name in odd}, **wrong}) from None
    if found := {**problems(operator, own), **wrong}:
        raise InvalidOwnSettings(found)
    return own


def changes_of(before: OwnSettings, after: OwnSettings) -> list[str]:
    """Return what the audit keeps of a change: each setting, and what it was before and is now."""
    found = []
    for name in OwnSettings.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            how = (
                "changed" if name in _SECRETS else f"{_written(name, old)} -> {_written(name, new)}"
            )
            found.append(f"{name}: {how}")
    return found


def hours_as_text(hours: CallingHours | None) -> str:
    """Return calling hours as they are entered, empty for at any time."""
    if hours is None:
        return ""
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (hours.start, hours.end))


class _Unclear(Exception):
    def __init__(self, problem: EntryProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def _number(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise _Unclear(EntryProblem.NO_NUMBER)
    return int(text)


def _region(text: str) -> str | None:
    if not text:
        return None
    return next(iter(parse_countries(text[:15]))) if "," not in text else _no_region()


def _no_region() -> str:
    raise _Unclear(EntryProblem.NO_REGION)


def _hours(text: str) -> CallingHours | None:
    return parse_hours(text) if text else None


def _days(chosen: Sequence[str]) -> frozenset[int]:
    days = frozenset(_DAYS.index(day) for day in chosen if day in _DAYS)
    return days or EVERY_DAY


def _types(chosen: Sequence[str]) -> frozenset[NumberType]:
    known = {kind.value: kind for kind in NumberType}
    return frozenset(known[each] for each in chosen if each in known)


def _is_chosen(chosen: Sequence[str]) -> bool:
    return bool(chosen)


def _first(chosen: Sequence[str]) -> str:
    return chosen[0] if chosen else ""


_TEXTS: Final[Mapping[str, Callable[[str], object]]] = {
    "region": _region,
    "hours": _hours,
    "countries": parse_countries,
    "house_rules": str,
    "retention_days": _number,
    **dict.fromkeys(LIMITS, _number),
}
_CHOICES: Final[Mapping[str, Callable[[Sequence[str]], object]]] = {
    "days": _days,
    "refused_types": _types,
    "allow_guests": _is_chosen,
    "approval": _is_chosen,
    "approval_channel": _first,
}


def _odd(name: str) -> EntryProblem:
    return EntryProblem.TOO_LONG if name == "house_rules" else EntryProblem.NO_NUMBER


def _may_be_a_key(key: SecretStr) -> bool:
    """Whether it can be sent in a header, and is not one of Slack's."""
    text = key.get_secret_value()
    is_plain = text.isascii() and text.isprintable() and " " not in text
    return is_plain and len(text) <= _KEY_MAX and not text.startswith(_TOKENS)


def _written(name: str, value: object) -> str:
    if name == "days" and isinstance(value, frozenset):
        return ",".join(_DAYS[day] for day in sorted(value))
    if isinstance(value, CallingHours):
        return hours_as_text(value)
    if isinstance(value, frozenset):
        return ",".join(sorted(map(str, value))) or "-"
    return "-" if value in (None, "", 0) and not isinstance(value, bool) else str(value)
