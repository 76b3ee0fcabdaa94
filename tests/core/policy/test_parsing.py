"""The policy's settings as they are written."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import InvalidPolicy
from bot.core.policy.decision import NumberType
from bot.core.policy.parsing import (
    parse_countries,
    parse_days,
    parse_hours,
    parse_hours_by_country,
    parse_number_types,
    parse_people,
)
from bot.core.policy.policy import CallingHours

PARSERS: list[Callable[[str], object]] = [
    parse_countries,
    parse_days,
    parse_hours,
    parse_hours_by_country,
    parse_number_types,
    parse_people,
]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00-21:00", 480, 1260),
        ("8-21", 480, 1260),
        (" 8:30 - 20:15 ", 510, 1215),
        ("00:00-24:00", 0, 1440),
        ("9–17", 540, 1020),
    ],
)
def test_hours_are_read(text: str, start: int, end: int) -> None:
    assert parse_hours(text) == CallingHours(start, end)


@pytest.mark.parametrize("text", ["off", "OFF", " off "])
def test_hours_can_be_off(text: str) -> None:
    assert parse_hours(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("21-8", "08:00-08:00", "8", "8-25", "24:30-25:00", "08:60-21:00", "8am-9pm", "on", ""),
        *("-", "8-21-22", "٨-٩", "00:00-24:01", "08:00-21:00,09:00-10:00"),
    ],
)
def test_hours_that_cannot_be_meant_are_told(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        parse_hours(text)


def test_hours_of_countries_are_read() -> None:
    hours = parse_hours_by_country("GB=09:00-20:00, de = off,")
    assert hours == {"GB": CallingHours(540, 1200), "DE": None}
    assert parse_hours_by_country("") == {}


@pytest.mark.parametrize("text", ["UK=9-17", "GB", "GB:9-17", "GB=", "GB=17-9", "GB=9-17,GB=8-9"])
def test_hours_of_countries_that_cannot_be_meant_are_told(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        parse_hours_by_country(text)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", {0, 1, 2, 3, 4, 5, 6}),
        ("mon-sat", {0, 1, 2, 3, 4, 5}),
        ("Mon-Fri,Sun", {0, 1, 2, 3, 4, 6}),
        ("sat - mon", {5, 6, 0}),
        ("wednesday", {2}),
        ("sun-thu", {6, 0, 1, 2, 3}),
    ],
)
def test_days_are_read(text: str, days: set[int]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["montag-", "mo", "mon-feb", "1-5", "mon-tue-wed", "-"])
def test_days_that_cannot_be_meant_are_told(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        parse_days(text)


def test_countries_are_read() -> None:
    assert parse_countries("US, ca,GB") == {"US", "CA", "GB"}
    assert parse_countries("") == frozenset()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("UK", "'UK' is not a country code: write GB"),
        ("USA", "'USA' is not a country code: write US"),
        ("US;CA", "'US;CA' is not a country code: write two letters, such as US or DE"),
        ("001", "'001' is not a country code: write two letters, such as US or DE"),
    ],
)
def test_countries_that_do_not_exist_are_told(text: str, problem: str) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parse_countries(text)
    assert str(refused.value) == problem


def test_kinds_of_numbers_are_read() -> None:
    assert parse_number_types("premium_rate, Pager") == {NumberType.PREMIUM_RATE, NumberType.PAGER}
    assert parse_number_types("none") == frozenset()


@pytest.mark.parametrize("text", ["premium", "unknown", "none,pager", "premium_rate;pager"])
def test_kinds_of_numbers_that_do_not_exist_are_told(text: str) -> None:
    with pytest.raises(InvalidPolicy, match=r"not a kind of number: company_wide, fixed_line, "):
        parse_number_types(text)


def test_people_are_read() -> None:
    assert parse_people("U012AB3CD, W045EF6GH") == {"U012AB3CD", "W045EF6GH"}
    assert parse_people(" , ") == frozenset()


@pytest.mark.parametrize("text", ["@grace", "grace", "C012AB3CD", "u012ab3cd"])
def test_people_without_an_id_are_told(text: str) -> None:
    with pytest.raises(InvalidPolicy, match="is not a Slack user id"):
        parse_people(text)


def test_what_may_be_a_secret_is_not_repeated() -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parse_hours("xoxb-1234567890-abcdefgh")
    assert "1234567890" not in str(refused.value)


@given(st.sampled_from(PARSERS), st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused_in_one_line(
    parser: Callable[[str], object], text: str
) -> None:
    problem = ""
    try:
        parser(text)
    except InvalidPolicy as error:
        problem = str(error)
    assert len(problem.splitlines()) <= 1
