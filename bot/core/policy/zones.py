"""Which time zones a number may be in. Pure; the zones' rules come with the package `tzdata`.

Source: libphonenumber's time zones of geographical numbers; IANA's `zone.tab` for those of a
region; a table for the zone in which most people of a region with several live.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import national_significant_number
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_geographical_number
from phonenumbers.tzdata import TIMEZONE_DATA

from bot.core.policy.decision import NumberType
from bot.core.policy.number_facts import NumberFacts

_GEOGRAPHIC: Final = {
    NumberType.FIXED_LINE,
    NumberType.FIXED_LINE_OR_MOBILE,
    NumberType.UNKNOWN,
}
# Whoever answers these is at work, wherever that is.
_WITHOUT_HOURS: Final = {
    NumberType.TOLL_FREE,
    NumberType.SHARED_COST,
    NumberType.COMPANY_WIDE,
}
# Regions of libphonenumber that zone.tab does not list by themselves.
_MORE_REGIONS: Final = {
    "AC": ("Atlantic/St_Helena",),
    "TA": ("Atlantic/St_Helena",),
    "XK": ("Europe/Belgrade",),
}
# Areas whose clock libphonenumber does not tell as it is, for a part of the year or of the area.
_CORRECTED_AREAS: Final = {
    "1250": ("America/Vancouver", "America/Edmonton"),
    "1270": ("America/Chicago",),
    "1423": ("America/New_York", "America/Chicago"),
    "1807": ("America/Toronto", "America/Winnipeg"),
    "1850": ("America/New_York", "America/Chicago"),
    "1867": ("America/Whitehorse", "America/Edmonton", "America/Winnipeg", "America/Toronto"),
    "1906": ("America/Detroit", "America/Menominee"),
    "617": ("Australia/Brisbane",),
    "6188": ("Australia/Adelaide", "Australia/Darwin"),
    "7401": ("Europe/Kaliningrad",),
}
PRINCIPAL: Final = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


def has_hours(known: NumberFacts) -> bool:
    """Whether calling hours apply: not to company numbers, nor where nobody can tell the place."""
    return known.number_type not in _WITHOUT_HOURS and not known.is_of_no_country


def region_of(known: NumberFacts) -> str:
    """Return the number's region, or the main one of its calling code."""
    return known.region or known.possible_regions[0]


def area_zones(known: NumberFacts) -> tuple[ZoneInfo, ...]:
    """Return the zones of a geographic number's area; empty if they cannot be told."""
    if known.number_type not in _GEOGRAPHIC:
        return ()
    digits = f"{known.calling_code}{national_significant_number(known.parsed)}"
    corrected = _CORRECTED_AREAS.get(digits[:4]) or _CORRECTED_AREAS.get(digits[:3])
    if corrected:
        return _zones(corrected)
    names = time_zones_for_geographical_number(known.parsed)
    # What several countries share is no area: +1 alone reaches from St. John's to Guam.
    is_shared = len(known.possible_regions) > 1
    if is_shared and names == TIMEZONE_DATA.get(str(known.calling_code)):
        return ()
    return _zones(tuple(names))


@lru_cache(maxsize=512)
def region_zones(region: str) -> tuple[ZoneInfo, ...]:
    """Return all zones of a region."""
    return _zones(_names_by_region()[region])


@lru_cache(maxsize=512)
def principal_zone(region: str) -> ZoneInfo:
    """Return the zone in which most people of a region live."""
    name = PRINCIPAL.get(region)
    return region_zones(region)[0] if name is None else ZoneInfo(name)


@lru_cache(maxsize=4096)
def _zones(names: tuple[str, ...]) -> tuple[ZoneInfo, ...]:
    zones = []
    for name in names:
        if name == UNKNOWN_TIMEZONE:
            continue
        try:
            zones.append(ZoneInfo(name))
        except ZoneInfoNotFoundError:  # a zone that is newer, or older, than the machine's rules
            continue
    return tuple(zones)


@lru_cache(maxsize=1)
def _names_by_region() -> Mapping[str, tuple[str, ...]]:
    names = dict(_MORE_REGIONS)
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            region, _, zone, *_ = line.split("\t")
            names[region] = (*names.get(region, ()), zone)
    return MappingProxyType(names)
