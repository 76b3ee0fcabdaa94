"""Which kinds of numbers, and which countries, are called."""

from collections.abc import Iterator
from dataclasses import replace

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.core.policy.countries import refused_country
from bot.core.policy.decision import NumberType, RefusedCountry, RefusedNumberType
from bot.core.policy.kinds import refused_type
from bot.core.policy.number_facts import number_facts
from bot.core.policy.policy import Policy

DEFAULT = Policy()
REFUSED = [
    (PhoneNumberType.PREMIUM_RATE, NumberType.PREMIUM_RATE, 150),
    (PhoneNumberType.PERSONAL_NUMBER, NumberType.PERSONAL_NUMBER, 59),
    (PhoneNumberType.PAGER, NumberType.PAGER, 23),
    (PhoneNumberType.VOICEMAIL, NumberType.VOICEMAIL, 15),
]
CALLED = [
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOIP,
]


def _examples(kind: int) -> Iterator[str]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            yield phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _type(number: str, policy: Policy = DEFAULT) -> NumberType | None:
    refused = refused_type(number, number_facts(number), policy)
    return None if refused is None else refused.number_type


def _is_called(number: str, countries: set[str]) -> bool:
    policy = Policy(countries=frozenset(countries))
    return refused_country(number, number_facts(number), policy) is None


@pytest.mark.parametrize(("kind", "expected", "least"), REFUSED)
def test_every_example_of_a_refused_kind_is_refused(
    kind: int, expected: NumberType, least: int
) -> None:
    kinds = [_type(number) for number in _examples(kind)]
    assert len(kinds) >= least
    assert set(kinds) == {expected}


@pytest.mark.parametrize("kind", CALLED)
def test_every_example_of_any_other_kind_is_called(kind: int) -> None:
    assert [number for number in _examples(kind) if _type(number) is not None] == []


@pytest.mark.parametrize(
    "number",
    [
        "+80812345678",
        "+870301234567",
        "+870201234567",
        "+878101234567890",
        "+881612345678",
        "+8823421234",
        "+882390123456789",
        "+883510012345",
        "+88812345678901",
        "+979123456789",
    ],
)
def test_a_number_of_no_country_is_refused_whatever_its_kind(number: str) -> None:
    assert _type(number) is NumberType.NO_COUNTRY


def test_international_freephone_is_called() -> None:
    assert _type("+80012345678") is None


@pytest.mark.parametrize(
    "number", ["+611300123456", "+491801234567", "+443001234567", "+81570123456"]
)
def test_shared_cost_and_company_wide_numbers_are_called(number: str) -> None:
    assert _type(number) is None


def test_what_cannot_be_told_is_called() -> None:
    assert number_facts("+14151234567").number_type is NumberType.UNKNOWN
    assert _type("+14151234567") is None


def test_a_refusal_tells_number_and_kind() -> None:
    refused = refused_type("+19005551234", number_facts("+19005551234"), DEFAULT)
    assert refused == RefusedNumberType("+19005551234", NumberType.PREMIUM_RATE)


def test_an_admin_may_let_satellite_phones_be_called() -> None:
    policy = replace(DEFAULT, refused_types=frozenset({NumberType.PREMIUM_RATE}))
    assert _type("+881612345678", policy) is None
    assert _type("+979123456789", policy) is NumberType.PREMIUM_RATE


def test_every_country_is_called_unless_some_are_named() -> None:
    assert _is_called("+33142685300", set())


@pytest.mark.parametrize(
    ("number", "region", "sharing"),
    [
        ("+12127365000", "US", "CA"),
        ("+14165550123", "CA", "US"),
        ("+18765230123", "JM", "US"),
        ("+442079460123", "GB", "JE"),
        ("+441534456789", "JE", "GB"),
        ("+441481256789", "GG", "GB"),
        ("+441624756789", "IM", "GB"),
        ("+74951234567", "RU", "KZ"),
        ("+77172123456", "KZ", "RU"),
        ("+358181234567", "AX", "FI"),
        ("+61891641234", "CX", "AU"),
        ("+4779123456", "SJ", "NO"),
    ],
)
def test_countries_that_share_a_calling_code_are_told_apart(
    number: str, region: str, sharing: str
) -> None:
    assert _is_called(number, {region})
    assert not _is_called(number, {sharing})


def test_a_number_that_several_countries_share_is_called_where_one_of_them_is() -> None:
    assert _is_called("+18002345678", {"CA"})
    assert not _is_called("+18002345678", {"GB"})


def test_a_number_that_cannot_be_told_is_called_where_all_of_its_code_is() -> None:
    assert number_facts("+14151234567").region is None
    assert not _is_called("+14151234567", {"US"})
    assert _is_called("+14151234567", set(phonenumbers.region_codes_for_country_code(1)))


def test_a_number_of_no_country_is_in_none_that_is_named() -> None:
    assert not _is_called("+80012345678", {"US"})


def test_a_refusal_tells_the_country() -> None:
    policy = Policy(countries=frozenset({"US"}))
    refused = refused_country("+33142685300", number_facts("+33142685300"), policy)
    assert refused == RefusedCountry("+33142685300", "FR", 33)


def test_a_number_of_no_country_belongs_to_no_region() -> None:
    facts = number_facts("+870773111632")

    assert (facts.region, facts.possible_regions) == (None, ())
