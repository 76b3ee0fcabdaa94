"""Rule: when the person called may be called, by the clock where they are. Pure.

Source: CALLING_HOURS, CALLING_HOURS_BY_COUNTRY and CALLING_DAYS; 47 CFR 64.1200(c)(1) lets nobody
be called before 8 AM or after 9 PM local time of the called party. A geographic number may be
called when it is open in all zones of its area, any other when it is open in all of its region's;
where these have fewer than 6 hours in common, as in Russia, in the region's principal zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.policy.decision import NumberType, OutsideHours
from bot.core.policy.number_facts import NumberFacts
from bot.core.policy.policy import CallingHours, Policy
from bot.core.policy.zones import area_zones, has_hours, principal_zone, region_of, region_zones

_FEWEST_COMMON_MINUTES: Final = 6 * 60
_MINUTE: Final = timedelta(minutes=1)
# From any day to the same day of the week after, and one more for a day that has no opening.
_DAYS_AHEAD: Final = 9
# Zones whose hours meet at all do so within a week; each round moves on by at least one opening.
_ROUNDS: Final = 32


def closed(
    known: NumberFacts, policy: Policy, at: datetime
) -> tuple[datetime, OutsideHours] | None:
    """Return when the number may next be called, if not at the time `at`, and why not then."""
    if not has_hours(known):
        return None
    region = region_of(known)
    hours = policy.hours_by_country.get(region, policy.hours)
    if hours is None:
        return None
    zones = _zones_of(known, region, hours, at.year)
    closed_zone = next((zone for zone in zones if not is_open(zone, hours, policy.days, at)), None)
    if closed_zone is None:
        return None
    opening = next_opening(zones, hours, policy.days, at)
    if opening is None:
        zones = (principal_zone(region),)
        if is_open(zones[0], hours, policy.days, at):
            return None
        closed_zone, opening = zones[0], next_opening(zones, hours, policy.days, at)
    if opening is None:
        raise ValueError("no day of the week is open")
    return opening, OutsideHours(at.astimezone(closed_zone), opening.astimezone(closed_zone))


def is_open(zone: ZoneInfo, hours: CallingHours, days: frozenset[int], at: datetime) -> bool:
    """Whether one may call into the zone at that time."""
    local = at.astimezone(zone)
    return local.weekday() in days and hours.start <= local.hour * 60 + local.minute < hours.end


def next_opening(
    zones: tuple[ZoneInfo, ...], hours: CallingHours, days: frozenset[int], at: datetime
) -> datetime | None:
    """Return the first time from `at` on when one may call into all zones; None for never."""
    opening = at
    for _ in range(_ROUNDS):
        openings = [_next_opening_in(zone, hours, days, opening) for zone in zones]
        if None in openings:
            return None
        latest = max(each for each in openings if each is not None)
        if latest == opening:
            return opening
        opening = latest
    return None


def _next_opening_in(
    zone: ZoneInfo, hours: CallingHours, days: frozenset[int], at: datetime
) -> datetime | None:
    if is_open(zone, hours, days, at):
        return at
    today = at.astimezone(zone).date()
    for ahead in range(_DAYS_AHEAD):
        for opening in _starts(zone, hours, today + timedelta(days=ahead)):
            if opening > at and is_open(zone, hours, days, opening):
                return opening
    return None


def _starts(zone: ZoneInfo, hours: CallingHours, day: date) -> Iterator[datetime]:
    """Yield when the hours of a day begin: twice if the clock is put back across their start."""
    start = datetime.combine(day, time(hours.start // 60, hours.start % 60))
    first = start.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = start.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if second >= first:
        yield first
        yield second
        return
    # The clock skips the start: the hours begin when it does, which is between the two.
    opening = second
    while opening < first:
        opening += _MINUTE
        if opening.astimezone(zone).replace(tzinfo=None) >= start:
            break
    yield opening


def _zones_of(
    known: NumberFacts, region: str, hours: CallingHours, year: int
) -> tuple[ZoneInfo, ...]:
    zones = area_zones(known)
    if zones:
        return zones
    if known.number_type is NumberType.UNKNOWN:
        return (principal_zone(region),)
    everywhere = region_zones(region)
    common = hours.end - hours.start - _spread(everywhere, year)
    return everywhere if common >= _FEWEST_COMMON_MINUTES else (principal_zone(region),)


@lru_cache(maxsize=1024)
def _spread(zones: tuple[ZoneInfo, ...], year: int) -> int:
    """Return by how many minutes the zones' clocks differ at most, in winter or in summer."""
    spreads = []
    for month in (1, 7):
        at = datetime(year, month, 1, tzinfo=UTC)
        offsets = [zone.utcoffset(at.astimezone(zone).replace(tzinfo=None)) for zone in zones]
        known = [offset for offset in offsets if offset is not None]
        spreads.append((max(known) - min(known)) // _MINUTE)
    return max(spreads)
