"""The environment variables of the policy: whom one may call, when, how often; what is kept."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Final, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import InvalidPolicy
from bot.core.policy.parsing import (
    parse_countries,
    parse_days,
    parse_hours,
    parse_hours_by_country,
    parse_number_types,
    parse_people,
)
from bot.core.policy.policy import Policy

_PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "refused_number_types": parse_number_types,
    "countries": parse_countries,
    "callers": parse_people,
    "calling_hours": parse_hours,
    "calling_hours_by_country": parse_hours_by_country,
    "calling_days": parse_days,
    "approvers": parse_people,
}
_MOST: Final = 1_000_000
_USER: Final = re.compile(r"[UW][A-Z0-9]{1,39}")
_CHANNEL: Final = re.compile(r"[CG][A-Z0-9]{1,39}")
_MOST_DAYS: Final = 36_500


class PolicySettings(BaseSettings):
    """The settings of the policy, each as it is written; `policy_for` reads them."""

    model_config = SettingsConfigDict(frozen=True)

    dialing: bool = Field(True, description="off: no call is taken, and what is left to dial waits")
    refused_number_types: str = Field(
        "premium_rate,personal_number,pager,voicemail,no_country",
        description="kinds of numbers that are never called, or none",
    )
    countries: str = Field(
        "", description="the only countries that are called: US,CA,GB; empty: all"
    )
    allow_guests: bool = Field(False, description="whether guests of the workspace may place calls")
    callers: str = Field(
        "", description="ids of the only Slack users who may place calls; empty: everyone"
    )
    calls_per_person_per_hour: int = Field(
        10, ge=0, le=_MOST, description="calls one person may ask for in an hour; 0: any number"
    )
    calls_per_person_per_day: int = Field(
        30, ge=0, le=_MOST, description="calls one person may ask for in a day; 0: any number"
    )
    calls_per_number_per_day: int = Field(
        6, ge=0, le=_MOST, description="calls to one number in a day; 0: any number"
    )
    calls_per_day: int = Field(
        300, ge=0, le=_MOST, description="calls of a workspace in a day; 0: any number"
    )
    calling_hours: str = Field(
        "08:00-21:00", description="when people may be called, by their own clock, or off"
    )
    calling_hours_by_country: str = Field(
        "", description="the same for single countries: GB=09:00-20:00,DE=off"
    )
    calling_days: str = Field(
        "", description="the days on which people may be called: mon-sat; empty: all"
    )
    house_rules: str = Field(
        "", description="what every call is told besides, such as “Say that you are an AI.”"
    )
    retention_days: int = Field(
        90, ge=0, le=_MOST_DAYS, description="days that a call's content is kept; 0: for good"
    )
    audit_days: int = Field(
        365, ge=0, le=_MOST_DAYS, description="days that the record of acts is kept; 0: for good"
    )
    # Before those whose checks need them.
    admin_users: str = Field(
        "", description="ids of Slack users who may cancel anybody's calls: U012AB3CD,U045EF6GH"
    )
    approvers: str = Field(
        "", description="ids of Slack users who may approve calls; empty: ADMIN_USERS"
    )
    approval_channel: str = Field(
        "", description="the id of the channel in which approvals are asked for"
    )
    approval: Literal["off", "all"] = Field(
        "off", description="all: every call waits until somebody else approves it"
    )

    @field_validator(*_PARSERS)
    @classmethod
    def _can_be_meant(cls, value: str, info: ValidationInfo) -> str:
        try:
            _PARSERS[str(info.field_name)](value)
        except InvalidPolicy as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("approval", mode="before")
    @classmethod
    def _is_in_lower_case(cls, value: str) -> str:
        return value.lower()

    @field_validator("approval_channel")
    @classmethod
    def _is_a_channel(cls, value: str) -> str:
        if value and not _CHANNEL.fullmatch(value):
            raise ValueError(f"{value[:15]!r} is not the id of a channel, such as C012AB3CD")
        return value

    @field_validator("approval")
    @classmethod
    def _can_be_given(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("slack_client_id") is not None:
            # Each workspace chooses who, and where.
            return value
        people, channel = (info.data.get(name) for name in ("approvers", "approval_channel"))
        admins = info.data.get("admin_users")
        if value == "all" and people == "" and admins == "":
            raise ValueError("all needs APPROVERS or ADMIN_USERS: nobody could approve a call")
        if value == "all" and channel == "":
            raise ValueError(
                "all needs APPROVAL_CHANNEL, the channel in which approvals are asked for"
            )
        return value

    @field_validator("admin_users")
    @classmethod
    def _are_users(cls, value: str) -> str:
        for user in filter(None, re.split(r"[\s,]+", value)):
            if not _USER.fullmatch(user):
                raise ValueError("is not a list of Slack user ids, such as U012AB3CD,U045EF6GH")
        return value

    @cached_property
    def policy(self) -> Policy:
        """Whom one may call, when and how often; approvers are only those who are named."""
        return Policy(
            dialing=self.dialing,
            refused_types=parse_number_types(self.refused_number_types),
            countries=parse_countries(self.countries),
            allow_guests=self.allow_guests,
            callers=parse_people(self.callers),
            calls_per_person_per_hour=self.calls_per_person_per_hour,
            calls_per_person_per_day=self.calls_per_person_per_day,
            calls_per_number_per_day=self.calls_per_number_per_day,
            calls_per_day=self.calls_per_day,
            hours=parse_hours(self.calling_hours),
            hours_by_country=parse_hours_by_country(self.calling_hours_by_country),
            days=parse_days(self.calling_days),
            approval=self.approval == "all",
            approvers=parse_people(self.approvers),
        )
