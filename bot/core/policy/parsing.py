"""The policy's settings as they are written: read into what the rules ask for. Pure.

Each function raises `InvalidPolicy` with one line on what is wrong and how it is written right.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import phonenumbers

from bot.core.errors import InvalidPolicy
from bot.core.policy.decision import NumberType
from bot.core.policy.policy import EVERY_DAY, CallingHours

_HOURS: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?", re.ASCII)
_HOURS_EXAMPLE: Final = "such as 08:00-21:00, or off"
_PERSON: Final = re.compile(r"[UW][A-Z0-9]{1,39}")
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OFF: Final = "off"
_NONE: Final = "none"
# What a number can be typed as; what cannot be told is never refused for it.
_TYPES: Final = {kind.value: kind for kind in NumberType if kind is not NumberType.UNKNOWN}
# Codes that people write for countries, and that are not theirs.
_COMMON_MISTAKES: Final = {"UK": "GB", "EN": "GB", "USA": "US", "UAE": "AE"}


def parse_hours(text: str) -> CallingHours | None:
    """Return calling hours from `08:00-21:00`; None for `off`: at any time."""
    if text.strip().lower() == _OFF:
        return None
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise InvalidPolicy(f"{_quoted(text)} is not a range of times, {_HOURS_EXAMPLE}")
    start_hour, start_minute, end_hour, end_minute = (int(part or 0) for part in match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start_minute, end_minute) > 59 or max(start, end) > 24 * 60:
        raise InvalidPolicy(f"{_quoted(text)} is not between 00:00 and 24:00")
    if start >= end:
        raise InvalidPolicy(
            f"{_quoted(text)} has to end after it starts, on the same day, {_HOURS_EXAMPLE}"
        )
    return CallingHours(start, end)


def parse_hours_by_country(text: str) -> Mapping[str, CallingHours | None]:
    """Return calling hours by region from `GB=09:00-20:00,DE=off`."""
    hours: dict[str, CallingHours | None] = {}
    for entry in _entries(text):
        country, equals, written = entry.partition("=")
        if not equals:
            raise InvalidPolicy(
                f"{_quoted(entry)} is not a country and its hours, such as GB=09:00-20:00"
            )
        region = _region(country)
        if region in hours:
            raise InvalidPolicy(f"{region} is named twice")
        hours[region] = parse_hours(written)
    return MappingProxyType(hours)


def parse_days(text: str) -> frozenset[int]:
    """Return days of the week from `mon-fri,sun`, Monday being 0; all for nothing."""
    days: set[int] = set()
    for entry in _entries(text):
        first, dash, last = re.sub(r"\s*[-–]\s*", "-", entry).partition("-")
        start = _day(first)
        end = _day(last) if dash else start
        days.update((start + ahead) % 7 for ahead in range((end - start) % 7 + 1))
    return frozenset(days) or EVERY_DAY


def parse_countries(text: str) -> frozenset[str]:
    """Return regions from `US,CA,GB`; nothing means all."""
    return frozenset(map(_region, _entries(text)))


def parse_number_types(text: str) -> frozenset[NumberType]:
    """Return kinds of numbers from `premium_rate,pager`; `none` means none."""
    words = [entry.lower() for entry in _entries(text)]
    if words == [_NONE]:
        return frozenset()
    for word in words:
        if word not in _TYPES:
            raise InvalidPolicy(
                f"{_quoted(word)} is not a kind of number: {', '.join(sorted(_TYPES))}; or none"
            )
    return frozenset(_TYPES[word] for word in words)


def parse_people(text: str) -> frozenset[str]:
    """Return ids of Slack users from `U012AB3CD,U045EF6GH`."""
    people = re.split(r"[\s,]+", text.strip(" \t\r\n,"))
    for person in filter(None, people):
        if not _PERSON.fullmatch(person):
            raise InvalidPolicy(f"{_quoted(person)} is not a Slack user id, such as U012AB3CD")
    return frozenset(filter(None, people))


def _entries(text: str) -> list[str]:
    return [entry for part in text.split(",") if (entry := part.strip())]


def _quoted(text: str) -> str:
    """Return what was written; no more than tells which entry it is, should it be a secret."""
    return repr(text) if len(text) <= 15 else f"{text[:6]!r}…"


def _region(text: str) -> str:
    region = text.strip().upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        meant = _COMMON_MISTAKES.get(region)
        hint = f"write {meant}" if meant else "write two letters, such as US or DE"
        raise InvalidPolicy(f"{_quoted(text.strip())} is not a country code: {hint}")
    return region


def _day(text: str) -> int:
    day = text.strip().lower()[:3]
    if day not in _DAYS or not text.strip().isalpha():
        raise InvalidPolicy(f"{_quoted(text.strip())} is not a day of the week: {', '.join(_DAYS)}")
    return _DAYS.index(day)
