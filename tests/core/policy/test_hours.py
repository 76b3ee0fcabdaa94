"""When the person called may be called: a table of instants, written by hand."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.policy.decision import OutsideHours
from bot.core.policy.hours import closed, is_open, next_opening
from bot.core.policy.number_facts import number_facts
from bot.core.policy.policy import EVERY_DAY, CallingHours, Policy
from bot.core.policy.zones import PRINCIPAL, principal_zone, region_zones

DEFAULT: Final = Policy()
_MINUTE: Final = timedelta(minutes=1)
# Number; when it may first be called on Jan 15 and on Jul 15, 2026, in UTC: "-" is the day before.
OPENINGS: Final = [
    ("+12127365000", "13:00", "12:00"),  # New York
    ("+13127440000", "14:00", "13:00"),  # Chicago
    ("+13038390000", "15:00", "14:00"),  # Denver
    ("+16022620000", "15:00", "15:00"),  # Phoenix, no daylight saving time
    ("+12136280000", "16:00", "15:00"),  # Los Angeles
    ("+19072760000", "17:00", "16:00"),  # Anchorage
    ("+18089230000", "18:00", "18:00"),  # Honolulu
    ("+17095760000", "12:00", "11:00"),  # St. John's, and the Atlantic time of Labrador
    ("+14163920123", "13:00", "12:00"),  # Toronto
    ("+18765230123", "13:00", "13:00"),  # Jamaica
    ("+525512345678", "14:00", "14:00"),  # Mexico City
    ("+576012345678", "13:00", "13:00"),  # Bogotá
    ("+5111234567", "13:00", "13:00"),  # Lima
    ("+582121234567", "12:00", "12:00"),  # Caracas
    ("+56221234567", "11:00", "12:00"),  # Santiago, where July is winter
    ("+551123456789", "11:00", "11:00"),  # São Paulo
    ("+5511961234567", "13:00", "13:00"),  # a mobile of Brazil: also in Acre
    ("+541123456789", "11:00", "11:00"),  # Buenos Aires
    ("+3544101234", "08:00", "08:00"),  # Iceland
    ("+233302123456", "08:00", "08:00"),  # Ghana
    ("+442079460123", "08:00", "07:00"),  # London
    ("+441534456789", "08:00", "07:00"),  # Jersey
    ("+35312345678", "08:00", "07:00"),  # Dublin
    ("+351213210000", "08:00", "07:00"),  # Lisbon
    ("+351296200000", "09:00", "08:00"),  # the Azores
    ("+212520123456", "07:00", "07:00"),  # Morocco
    ("+2348021234567", "07:00", "07:00"),  # Nigeria
    ("+34915123456", "07:00", "06:00"),  # Madrid
    ("+34928123456", "08:00", "07:00"),  # the Canaries
    ("+33142685300", "07:00", "06:00"),  # Paris
    ("+4930123456", "07:00", "06:00"),  # Berlin
    ("+4915123456789", "07:00", "06:00"),  # a mobile of Germany
    ("+393123456789", "07:00", "06:00"),  # a mobile of Italy
    ("+48221234567", "07:00", "06:00"),  # Warsaw
    ("+27112345678", "06:00", "06:00"),  # Johannesburg
    ("+20234567890", "06:00", "05:00"),  # Cairo
    ("+97221234567", "06:00", "05:00"),  # Jerusalem
    ("+358912345678", "06:00", "05:00"),  # Helsinki
    ("+74012123456", "06:00", "06:00"),  # Kaliningrad, no daylight saving time
    ("+902122123456", "05:00", "05:00"),  # Istanbul
    ("+254202012345", "05:00", "05:00"),  # Nairobi
    ("+966112345678", "05:00", "05:00"),  # Riyadh
    ("+74951234567", "05:00", "05:00"),  # Moscow
    ("+79161234567", "05:00", "05:00"),  # a mobile of Russia: Moscow, where most people live
    ("+982112345678", "04:30", "04:30"),  # Tehran
    ("+97142234567", "04:00", "04:00"),  # Dubai
    ("+93202012345", "03:30", "03:30"),  # Kabul
    ("+922135681234", "03:00", "03:00"),  # Karachi
    ("+77172123456", "03:00", "03:00"),  # Kazakhstan
    ("+912222023456", "02:30", "02:30"),  # Mumbai
    ("+94112345678", "02:30", "02:30"),  # Colombo
    ("+97714412345", "02:15", "02:15"),  # Kathmandu
    ("+88029551234", "02:00", "02:00"),  # Dhaka
    ("+9511234567", "01:30", "01:30"),  # Yangon
    ("+6621234567", "01:00", "01:00"),  # Bangkok
    ("+842438251234", "01:00", "01:00"),  # Hanoi
    ("+622112345678", "01:00", "01:00"),  # Jakarta
    ("+861065551234", "00:00", "00:00"),  # Beijing
    ("+6561234567", "00:00", "00:00"),  # Singapore
    ("+61412345678", "00:00", "00:00"),  # a mobile of Australia: also in Perth
    ("+81312345678", "-23:00", "-23:00"),  # Tokyo
    ("+8221234567", "-23:00", "-23:00"),  # Seoul
    ("+74232123456", "-22:00", "-22:00"),  # Vladivostok
    ("+61732123456", "-22:00", "-22:00"),  # Brisbane, no daylight saving time
    ("+61889231234", "-22:30", "-22:30"),  # Darwin; Adelaide's summer is ahead of it
    ("+61293744000", "-21:00", "-22:00"),  # Sydney, where January is summer
    ("+6493012345", "-19:00", "-20:00"),  # Auckland
    ("+64211234567", "-19:00", "-20:00"),  # a mobile of New Zealand: also in Chatham
]


def _utc(day: str, time: str) -> datetime:
    moment = datetime.fromisoformat(f"{day}T{time.removeprefix('-')}+00:00")
    return moment - timedelta(days=1) if time.startswith("-") else moment


def _opening(number: str, at: datetime, policy: Policy = DEFAULT) -> datetime | None:
    """Return when the number may next be called, None for at once."""
    closure = closed(number_facts(number), policy, at)
    return None if closure is None else closure[0]


@pytest.mark.parametrize(("number", "january", "july"), OPENINGS)
def test_a_number_may_be_called_from_eight_in_the_morning_where_it_is(
    number: str, january: str, july: str
) -> None:
    for opening in (_utc("2026-01-15", january), _utc("2026-07-15", july)):
        assert _opening(number, opening - timedelta(hours=2)) == opening
        assert _opening(number, opening - _MINUTE) == opening
        assert _opening(number, opening) is None
        assert _opening(number, opening + timedelta(hours=9, minutes=59)) is None
        assert _opening(number, opening + timedelta(hours=13)) == opening + timedelta(days=1)


def test_the_table_holds_at_least_forty_regions() -> None:
    assert len({number_facts(number).region for number, _, _ in OPENINGS}) >= 40


def test_nobody_in_sydney_is_called_at_eighteen_past_four_in_the_morning() -> None:
    closure = closed(number_facts("+61293744000"), DEFAULT, _utc("2026-11-25", "17:18"))
    assert closure is not None
    opening, fact = closure
    assert opening == _utc("2026-11-25", "21:00")
    sydney = ZoneInfo("Australia/Sydney")
    assert fact == OutsideHours(
        datetime(2026, 11, 26, 4, 18, tzinfo=sydney), datetime(2026, 11, 26, 8, 0, tzinfo=sydney)
    )


def test_a_mobile_of_australia_closes_in_sydney_first() -> None:
    # In January it is 9 PM in Sydney when it is 6 PM in Perth.
    assert _opening("+61412345678", _utc("2026-01-15", "09:59")) is None
    assert _opening("+61412345678", _utc("2026-01-15", "10:00")) == _utc("2026-01-16", "00:00")


@pytest.mark.parametrize(
    "number",
    [
        "+18002345678",
        "+498001234567",
        "+611300123456",
        "+491801234567",
        "+443001234567",
        "+81570123456",
        "+80012345678",
    ],
)
def test_a_company_number_has_no_hours(number: str) -> None:
    assert _opening(number, _utc("2026-01-15", "03:00")) is None
    assert _opening(number, _utc("2026-01-15", "15:00")) is None


# Hours that begin or end in the hours that a clock skips or repeats; the nights of 2026.
DST_NIGHTS: Final = [
    # New York skips 2 to 3 AM on Mar 8.
    ("America/New_York", "08:00-21:00", "2026-03-08 05:00", "2026-03-08 12:00"),
    ("America/New_York", "08:00-21:00", "2026-03-07 05:00", "2026-03-07 13:00"),
    ("America/New_York", "02:30-06:00", "2026-03-08 06:59", "2026-03-08 07:00"),
    ("America/New_York", "02:30-06:00", "2026-03-07 06:59", "2026-03-07 07:30"),
    ("America/New_York", "03:00-06:00", "2026-03-08 06:59", "2026-03-08 07:00"),
    ("America/New_York", "02:00-02:30", "2026-03-08 06:59", "2026-03-09 06:00"),
    # New York repeats 1 to 2 AM on Nov 1.
    ("America/New_York", "08:00-21:00", "2026-11-01 04:00", "2026-11-01 13:00"),
    ("America/New_York", "01:30-06:00", "2026-11-01 05:10", "2026-11-01 05:30"),
    ("America/New_York", "01:30-06:00", "2026-11-01 06:10", "2026-11-01 06:30"),
    ("America/New_York", "01:30-06:00", "2026-11-01 05:45", "2026-11-01 05:45"),
    # London skips 1 to 2 AM on Mar 29 and repeats it on Oct 25.
    ("Europe/London", "08:00-21:00", "2026-03-29 00:00", "2026-03-29 07:00"),
    ("Europe/London", "08:00-21:00", "2026-10-25 00:00", "2026-10-25 08:00"),
    ("Europe/London", "01:15-06:00", "2026-03-29 00:59", "2026-03-29 01:00"),
    # Berlin skips 2 to 3 AM on Mar 29 and repeats it on Oct 25.
    ("Europe/Berlin", "08:00-21:00", "2026-03-29 00:30", "2026-03-29 06:00"),
    ("Europe/Berlin", "08:00-21:00", "2026-10-25 00:30", "2026-10-25 07:00"),
    # Sydney repeats 2 to 3 AM on Apr 5 and skips it on Oct 4.
    ("Australia/Sydney", "08:00-21:00", "2026-04-04 15:00", "2026-04-04 22:00"),
    ("Australia/Sydney", "08:00-21:00", "2026-10-03 15:00", "2026-10-03 21:00"),
    # Lord Howe's clock moves by half an hour: 2 to 2:30 AM is skipped on Oct 4.
    ("Australia/Lord_Howe", "02:15-06:00", "2026-10-03 15:00", "2026-10-03 15:30"),
    ("Australia/Lord_Howe", "08:00-21:00", "2026-10-03 15:00", "2026-10-03 21:00"),
    # Cairo skips the first hour of Apr 24: that day begins at 1 AM.
    ("Africa/Cairo", "00:00-05:00", "2026-04-23 21:30", "2026-04-23 22:00"),
    # Havana skips the first hour of Mar 8 and repeats it on Nov 1.
    ("America/Havana", "00:30-05:00", "2026-03-08 04:30", "2026-03-08 05:00"),
    ("America/Havana", "00:30-05:00", "2026-11-01 04:10", "2026-11-01 04:30"),
    ("America/Havana", "00:30-05:00", "2026-11-01 05:10", "2026-11-01 05:30"),
]


def _hours(written: str) -> CallingHours:
    (a, b), (c, d) = ((int(part) for part in each.split(":")) for each in written.split("-"))
    return CallingHours(a * 60 + b, c * 60 + d)


@pytest.mark.parametrize(("zone", "hours", "at", "opening"), DST_NIGHTS)
def test_an_opening_is_right_in_the_nights_in_which_clocks_change(
    zone: str, hours: str, at: str, opening: str
) -> None:
    found = next_opening(
        (ZoneInfo(zone),), _hours(hours), EVERY_DAY, datetime.fromisoformat(f"{at}+00:00")
    )
    assert found == datetime.fromisoformat(f"{opening}+00:00")


def test_a_day_that_is_closed_is_passed_over() -> None:
    policy = Policy(days=frozenset({0, 1, 2, 3, 4}))
    # Friday, Nov 27, 9 PM in New York; Monday, 8 AM.
    opening = _opening("+12127365000", _utc("2026-11-28", "02:00"), policy)
    assert opening == _utc("2026-11-30", "13:00")


def test_days_are_those_of_the_person_called() -> None:
    policy = Policy(days=frozenset({0, 1, 2, 3, 4}))
    # Friday evening in New York is Saturday morning in Tokyo.
    assert _opening("+81312345678", _utc("2026-11-27", "23:30"), policy) == _utc(
        "2026-11-29", "23:00"
    )
    assert _opening("+12127365000", _utc("2026-11-27", "23:30"), policy) is None


def test_a_country_may_have_hours_of_its_own() -> None:
    policy = Policy(hours_by_country={"GB": CallingHours(9 * 60, 20 * 60), "FR": None})
    assert _opening("+442079460123", _utc("2026-01-15", "08:30"), policy) == _utc(
        "2026-01-15", "09:00"
    )
    assert _opening("+441534456789", _utc("2026-01-15", "08:30"), policy) is None
    assert _opening("+33142685300", _utc("2026-01-15", "02:00"), policy) is None


def test_hours_can_be_off_but_for_one_country() -> None:
    policy = Policy(hours=None, hours_by_country={"DE": CallingHours(9 * 60, 17 * 60)})
    assert _opening("+61293744000", _utc("2026-11-25", "17:18"), policy) is None
    assert _opening("+4930123456", _utc("2026-01-15", "07:00"), policy) == _utc(
        "2026-01-15", "08:00"
    )


def test_narrow_hours_of_a_wide_country_are_those_of_its_principal_zone() -> None:
    # From 9 AM to 5 PM less the three hours between Perth and Sydney leaves five.
    policy = Policy(hours=CallingHours(9 * 60, 17 * 60))
    assert _opening("+61412345678", _utc("2026-01-14", "20:00"), policy) == _utc(
        "2026-01-14", "22:00"
    )


def test_hours_up_to_midnight_end_there() -> None:
    policy = Policy(hours=CallingHours(8 * 60, 24 * 60))
    assert _opening("+33142685300", _utc("2026-01-15", "22:59"), policy) is None
    assert _opening("+33142685300", _utc("2026-01-15", "23:00"), policy) == _utc(
        "2026-01-16", "07:00"
    )


@pytest.mark.parametrize(
    ("number", "july"),
    [
        ("+14151234567", "15:00"),  # nobody knows it, but the area is San Francisco's
        ("+12991234567", "12:00"),  # an area that nobody knows: New York
        ("+79991234567", "05:00"),
    ],
)
def test_a_number_that_cannot_be_told_has_the_hours_of_its_area_or_country(
    number: str, july: str
) -> None:
    opening = _utc("2026-07-15", july)
    assert _opening(number, opening - timedelta(hours=2)) == opening


def test_every_region_has_a_zone_and_those_with_several_a_principal_one() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        assert principal_zone(region) in region_zones(region)
        assert len(region_zones(region)) == 1 or region in PRINCIPAL


_ZONES: Final = [
    *sorted({zone for zone, *_ in DST_NIGHTS}),
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Santiago",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
# Minutes from the first of 2026.
_TIMES: Final = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * _MINUTE
)
_HOURS: Final = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(
    lambda pair: pair[0] < pair[1]
)
_DAYS: Final = st.frozensets(st.integers(0, 6), min_size=1)


@given(st.lists(st.sampled_from(_ZONES), min_size=1, max_size=3), _HOURS, _DAYS, _TIMES)
def test_an_opening_is_open_everywhere_and_never_in_the_past(
    names: list[str], hours: tuple[int, int], days: frozenset[int], at: datetime
) -> None:
    zones = tuple(map(ZoneInfo, names))
    opening = next_opening(zones, CallingHours(*hours), days, at)
    if opening is None:
        assert len(set(names)) > 1
        return
    assert opening >= at
    assert all(is_open(zone, CallingHours(*hours), days, opening) for zone in zones)
    assert opening == at or not all(
        is_open(zone, CallingHours(*hours), days, opening - _MINUTE) for zone in zones
    )


@given(
    st.sampled_from([number for number, _, _ in OPENINGS]),
    st.integers(0, 18).map(lambda hour: CallingHours(hour * 60, hour * 60 + 300)),
    _DAYS,
    _TIMES,
)
def test_every_number_has_an_opening_whatever_the_settings(
    number: str, hours: CallingHours, days: frozenset[int], at: datetime
) -> None:
    policy = Policy(hours=hours, days=days)
    opening = _opening(number, at, policy)
    if opening is not None:
        assert opening > at
        assert _opening(number, opening, policy) is None


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-03-30T12:00+00:00", "2026-03-30T09:00-04:00"),
        ("2026-03-30T13:10+00:00", None),
        ("2026-03-30T13:30+00:00", "2026-03-31T09:00-04:00"),
    ],
)
def test_where_an_area_has_no_hour_in_common_the_countrys_main_zone_counts(
    at: str, opening: str | None
) -> None:
    half_an_hour = Policy(hours=CallingHours(9 * 60, 9 * 60 + 30))

    # Western Florida lies in two zones, which are an hour apart.
    found = closed(number_facts("+18502345678"), half_an_hour, datetime.fromisoformat(at))

    if opening is None:
        assert found is None
        return
    assert found is not None
    assert found[0] == found[1].local_opening == datetime.fromisoformat(opening)
    assert found[1].local_opening.utcoffset() == timedelta(hours=-4)
