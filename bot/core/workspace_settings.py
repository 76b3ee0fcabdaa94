"""What holds in one workspace: what the operator set, narrowed by what the workspace set. Pure.

The operator's settings are the defaults and the bounds: a limit is only lowered, hours only
shortened, lists of what is allowed only shortened, and what is required of every call stays so.
What is restricted later holds at once: a setting that has come to be beyond it is cut down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Self, TypeVar

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.core.policy.decision import NumberType
from bot.core.policy.policy import EVERY_DAY, CallingHours, Policy

T = TypeVar("T")

LIMITS: Final = (
    "calls_per_person_per_hour",
    "calls_per_person_per_day",
    "calls_per_number_per_day",
    "calls_per_day",
)
_MOST: Final = 1_000_000
RETENTION_DAYS_MAX: Final = 36_500
HOUSE_RULES_MAX: Final = 1000


@dataclass(frozen=True)
class WorkspaceSettings:
    """What holds in a workspace, or what the operator has set for all of them.

    Of the operator's the policy names the approvers only where they are set; of a workspace's
    it names those who approve. `retention_days` of 0 are for good.
    """

    region: str
    admins: frozenset[str]
    policy: Policy
    house_rules: str = ""
    approval_channel: str = ""
    retention_days: int = 0
    callcow_key: SecretStr | None = None


class OwnSettings(BaseModel):
    """What a workspace has set for itself; each default leaves the setting to the operator."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    region: str | None = None
    admins: frozenset[str] = frozenset()
    hours: CallingHours | None = None
    days: frozenset[int] = EVERY_DAY
    countries: frozenset[str] = frozenset()
    refused_types: frozenset[NumberType] = frozenset()
    allow_guests: bool = True
    callers: frozenset[str] = frozenset()
    calls_per_person_per_hour: int = Field(0, ge=0, le=_MOST)
    calls_per_person_per_day: int = Field(0, ge=0, le=_MOST)
    calls_per_number_per_day: int = Field(0, ge=0, le=_MOST)
    calls_per_day: int = Field(0, ge=0, le=_MOST)
    approval: bool = False
    approvers: frozenset[str] = frozenset()
    approval_channel: str = ""
    house_rules: str = Field("", max_length=HOUSE_RULES_MAX)
    retention_days: int = Field(0, ge=0, le=RETENTION_DAYS_MAX)

    @field_validator("region")
    @classmethod
    def _is_a_region(cls, value: str | None) -> str | None:
        if value is not None and value not in phonenumbers.SUPPORTED_REGIONS:
            raise ValueError("not a country code")
        return value

    @field_validator("days")
    @classmethod
    def _are_days(cls, value: frozenset[int]) -> frozenset[int]:
        if not value or not value <= EVERY_DAY:
            raise ValueError("not days of the week")
        return value

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """Return what was kept; a value that this version cannot read is the operator's again."""
        try:
            return cls.model_validate(kept)
        except ValidationError as error:
            odd = {str(problem["loc"][0]) for problem in error.errors()}
            return cls.model_validate({name: kept[name] for name in kept if name not in odd})

    def to_json(self) -> dict[str, Any]:
        """Return what is kept: no setting that is left to the operator."""
        kept = self.model_dump(mode="json", exclude_defaults=True)
        return {
            name: sorted(value) if isinstance(value, list) else value
            for name, value in kept.items()
        }


@dataclass(frozen=True)
class KeptSettings:
    """What a workspace has set for itself; a version of 0 is nothing, ever.

    `is_locked` says that it has a CallCow key which cannot be read.
    """

    own: OwnSettings
    callcow_key: SecretStr | None = None
    version: int = 0
    is_locked: bool = False

    @property
    def has_key(self) -> bool:
        """Whether it has a CallCow key of its own, readable or not."""
        return self.callcow_key is not None or self.is_locked


class SettingProblem(StrEnum):
    """What is wrong with a setting of a workspace."""

    BEYOND = "beyond"
    NO_CHANNEL = "no_channel"
    NO_APPROVER = "no_approver"


def narrowed(
    operator: WorkspaceSettings, own: OwnSettings, callcow_key: SecretStr | None = None
) -> WorkspaceSettings:
    """Return what holds in a workspace that has set `own`; its own key comes first.

    Where both have set something and nothing is common to them, the operator's stands.
    """
    policy, admins = operator.policy, operator.admins | own.admins
    channel = operator.approval_channel or own.approval_channel
    approval = policy.approval or own.approval
    approvers = policy.approvers or own.approvers or admins
    if approval and not channel:
        # Where nobody is asked, nobody can approve.
        approvers = frozenset()
    return replace(
        operator,
        region=own.region or operator.region,
        admins=admins,
        policy=replace(
            policy,
            refused_types=policy.refused_types | own.refused_types,
            countries=_allowed(policy.countries, own.countries),
            allow_guests=policy.allow_guests and own.allow_guests,
            callers=_allowed(policy.callers, own.callers),
            hours=_common(policy.hours, own.hours),
            hours_by_country=MappingProxyType(
                {
                    country: _common(hours, own.hours)
                    for country, hours in policy.hours_by_country.items()
                }
            ),
            days=policy.days & own.days or policy.days,
            approval=approval,
            approvers=approvers,
            calls_per_person_per_hour=_least(
                policy.calls_per_person_per_hour, own.calls_per_person_per_hour
            ),
            calls_per_person_per_day=_least(
                policy.calls_per_person_per_day, own.calls_per_person_per_day
            ),
            calls_per_number_per_day=_least(
                policy.calls_per_number_per_day, own.calls_per_number_per_day
            ),
            calls_per_day=_least(policy.calls_per_day, own.calls_per_day),
        ),
        house_rules="\n".join(filter(None, (operator.house_rules, own.house_rules))),
        approval_channel=channel,
        retention_days=_least(operator.retention_days, own.retention_days),
        callcow_key=callcow_key or operator.callcow_key,
    )


def problems(operator: WorkspaceSettings, own: OwnSettings) -> dict[str, SettingProblem]:
    """Return what is wrong with what a workspace is about to set, by the names of `OwnSettings`."""
    policy = operator.policy
    after = narrowed(operator, own)
    beyond = {
        name
        for name in LIMITS
        if getattr(own, name) and getattr(own, name) != getattr(after.policy, name)
    }
    if own.hours is not None and own.hours != after.policy.hours:
        beyond.add("hours")
    if own.retention_days and own.retention_days != after.retention_days:
        beyond.add("retention_days")
    if policy.countries and not own.countries <= policy.countries:
        beyond.add("countries")
    if policy.callers and not own.callers <= policy.callers:
        beyond.add("callers")
    if own.days != EVERY_DAY and not own.days <= policy.days:
        beyond.add("days")
    found = dict.fromkeys(sorted(beyond), SettingProblem.BEYOND)
    if after.policy.approval and not after.approval_channel:
        found["approval_channel"] = SettingProblem.NO_CHANNEL
    if after.policy.approval and not (policy.approvers or own.approvers or after.admins):
        found["approvers"] = SettingProblem.NO_APPROVER
    return found


def _least(operators: int, own: int) -> int:
    """Return the lower of two limits; 0 is none."""
    return min(filter(None, (operators, own)), default=0)


def _allowed(operators: frozenset[T], own: frozenset[T]) -> frozenset[T]:
    """Return what both allow; an empty set allows all."""
    if not operators or not own:
        return operators or own
    # Nothing in common must not come to allow all.
    return operators & own or operators


def _common(operators: CallingHours | None, own: CallingHours | None) -> CallingHours | None:
    """Return the hours that both allow; None is at any time."""
    if operators is None or own is None:
        return operators or own
    start, end = max(operators.start, own.start), min(operators.end, own.end)
    return CallingHours(start, end) if start < end else operators
