"""No emergency number and no crisis line is called, however it is written."""

import re
from typing import Final

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.shortnumberinfo import SUPPORTED_SHORT_REGIONS

from bot.core.policy.crisis_lines import EUROPE, LINES
from bot.core.policy.decision import CrisisLine, EmergencyNumber
from bot.core.policy.emergency import LONGEST, emergency, is_emergency_digits

# Those of more than three digits, by hand: from the patterns of GE, CO, IN, ZA, …
_LONG: Final = [
    "1122",
    "1220",
    "1298",
    "1300",
    "1350",
    "1399",
    "1444",
    "1669",
    "1730",
    "2611",
    "9999",
    "10111",
    "10177",
    "90000",
    "124422",
    "127799",
    "201606",
    "201917",
    "202099",
    "202914",
    "320221",
    "723141",
]


def _is_emergency(digits: str) -> bool:
    return any(
        phonenumbers.is_emergency_number(digits, region) for region in SUPPORTED_SHORT_REGIONS
    )


def _emergency_numbers() -> list[str]:
    patterns = {
        metadata.emergency.national_number_pattern or ""
        for region in SUPPORTED_SHORT_REGIONS
        if (metadata := PhoneMetadata.short_metadata_for_region(region)) and metadata.emergency
    }
    written = [str(n).zfill(length) for length in (1, 2, 3) for n in range(10**length)]
    every = re.compile("|".join(patterns - {""}))
    return [digits for digits in [*written, *_LONG] if every.fullmatch(digits)]


NUMBERS: Final = _emergency_numbers()


def test_the_regions_without_emergency_numbers_are_known() -> None:
    without = {
        region
        for region in phonenumbers.SUPPORTED_REGIONS
        if (metadata := PhoneMetadata.short_metadata_for_region(region)) is None
        or metadata.emergency is None
    }
    assert without == {"GN", "GQ", "IO", "TA", "TK"}


def test_no_emergency_number_is_longer_than_is_looked_for() -> None:
    lengths = {
        length
        for region in SUPPORTED_SHORT_REGIONS
        if (metadata := PhoneMetadata.short_metadata_for_region(region)) and metadata.emergency
        for length in metadata.emergency.possible_length
    }
    assert max(lengths) == LONGEST


def test_what_is_looked_for_is_what_the_library_says_of_any_region() -> None:
    assert [n for n in NUMBERS if not _is_emergency(n)] == []
    assert not any(map(_is_emergency, ["988", "116123", "3114", "999999", "1234", "20", "012345"]))
    assert not any(map(is_emergency_digits, ["988", "116123", "3114", "999999", "1234", "20"]))


def test_there_are_emergency_numbers_to_try() -> None:
    assert {"911", "112", "999", "000", "110", "119", "15", "10111", *_LONG} <= set(NUMBERS)


@pytest.mark.parametrize(
    "written",
    ["{}", "+{}", "tel:{}", "tel: {}", " {} ", "({})", "*{}*", "{};phone-context=+1", "{} ext. 5"],
)
def test_every_emergency_number_is_known_however_written(written: str) -> None:
    missed = [n for n in NUMBERS if emergency(written.format(n), "US") != EmergencyNumber(n)]
    assert missed == []


@pytest.mark.parametrize("between", [" ", "-", ".", " - ", "\u2011", "\u00a0", "\u200b"])
def test_every_emergency_number_is_known_with_anything_between_its_digits(between: str) -> None:
    missed = [n for n in NUMBERS if emergency(between.join(n), "US") != EmergencyNumber(n)]
    assert missed == []


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "０"])
def test_every_emergency_number_is_known_in_digits_of_other_scripts(zero: str) -> None:
    digits = str.maketrans("0123456789", "".join(chr(ord(zero) + n) for n in range(10)))
    missed = [n for n in NUMBERS if emergency(n.translate(digits), "DE") != EmergencyNumber(n)]
    assert missed == []


def test_every_emergency_number_is_known_after_every_country_code() -> None:
    missed = [
        (code, number)
        for code in COUNTRY_CODE_TO_REGION_CODE
        for number in NUMBERS
        if not isinstance(emergency(f"+{code}{number}"), EmergencyNumber)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("1-911", "US"),
        ("1 (911)", "CA"),
        ("0110", "DE"),
        ("0 112", "GB"),
        ("8 112", "RU"),
        ("0049 110", "GB"),
        ("00 44 999", "FR"),
        ("011 49 112", "US"),
        ("0011 61 000", "AU"),
        ("+49 (0)110", "DE"),
        ("+1 1 911", "US"),
        ("49 110", "DE"),
        ("TEL:+1-911", "US"),
        # As long as one can be: a prefix, a country code, a trunk prefix and six digits.
        ("0011 353 01 124422", "AU"),
    ],
)
def test_an_emergency_number_is_known_with_a_prefix(written: str, region: str) -> None:
    assert isinstance(emergency(written, region), EmergencyNumber)


@given(
    st.sampled_from(NUMBERS),
    st.lists(st.sampled_from([" ", "-", ".", "(", ")", "/", "\u2013"]), min_size=8, max_size=8),
    st.sampled_from(["", "tel:", "+", "+1", "+49 ", "0044", "+353-"]),
    st.sampled_from(["US", "DE", "GB", "AU", "LU", "ZZ"]),
)
def test_no_mixture_of_marks_hides_an_emergency_number(
    number: str, marks: list[str], prefix: str, region: str
) -> None:
    written = prefix + "".join(f"{digit}{mark}" for digit, mark in zip(number, marks, strict=False))
    assert emergency(written, region) is not None


@pytest.mark.parametrize(
    ("written", "region"),
    [
        ("0112 345 678", "LK"),
        ("+94 11 234 5678", "US"),
        ("+91 11 2345 6789", "US"),
        ("+49 110 2345678", "US"),
        ("+1 911-555-0123", "US"),
        ("(212) 736-5000", "US"),
        ("+44 20 7946 0123", "US"),
        ("+33 1 12 34 56 78", "US"),
        ("+81 11 234 5678", "US"),
        ("+352 3114", "US"),
        ("3114", "LU"),
        ("+1 800-555-0199", "US"),
        ("+999 1234 5678", "US"),
        ("", "US"),
        ("+", "US"),
        ("ask them", "US"),
    ],
)
def test_an_ordinary_number_is_none(written: str, region: str) -> None:
    assert emergency(written, region) is None


def test_no_example_number_of_any_kind_is_an_emergency_number() -> None:
    examples = [
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for region in phonenumbers.SUPPORTED_REGIONS
        for kind in phonenumbers.PhoneNumberType.values()
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
    ]
    assert len(examples) > 900
    assert {number for number in examples if emergency(number) is not None} == set()


@pytest.mark.parametrize(
    ("written", "region", "name"),
    [
        ("988", "US", "the 988 Suicide & Crisis Lifeline"),
        ("9-8-8", "DE", "the 988 Suicide & Crisis Lifeline"),
        ("+1 988", "US", "the 988 Suicide & Crisis Lifeline"),
        ("1 988", "US", "the 988 Suicide & Crisis Lifeline"),
        ("tel:988", "CA", "the 988 Suicide & Crisis Lifeline"),
        ("1-800-273-8255", "US", "the 988 Suicide & Crisis Lifeline"),
        ("+18002738255", "GB", "the 988 Suicide & Crisis Lifeline"),
        ("116 123", "DE", "the emotional support helpline"),
        ("116123", "US", "the emotional support helpline"),
        ("+44 116 123", "US", "the emotional support helpline"),
        ("+49116123", "US", "the emotional support helpline"),
        ("3114", "FR", "the suicide prevention line"),
        ("+33 31 14", "US", "the suicide prevention line"),
        ("13 11 14", "AU", "Lifeline"),
        ("+61 13 11 14", "US", "Lifeline"),
        ("0800 111 0 111", "DE", "the Telefonseelsorge"),
        ("+49 800 1110111", "US", "the Telefonseelsorge"),
        ("0800 1111", "GB", "Childline"),
        ("1737", "NZ", "Need to Talk?"),
        ("14416", "IN", "Tele-MANAS"),
        ("+91 14416", "US", "Tele-MANAS"),
        ("0120-783-556", "JP", "Inochi no Denwa"),
    ],
)
def test_a_crisis_line_is_known(written: str, region: str, name: str) -> None:
    fact = emergency(written, region)
    assert isinstance(fact, CrisisLine)
    assert fact.name == name


def test_every_crisis_line_is_refused_after_each_of_its_country_codes() -> None:
    missed = [
        (code, line)
        for line in LINES
        for code in line.calling_codes
        if emergency(f"+{code}{line.national}") is None
    ]
    assert missed == []


def test_europe_is_every_country_code_of_its_two_zones() -> None:
    assert set(EUROPE) == {code for code in COUNTRY_CODE_TO_REGION_CODE if str(code)[0] in "34"}


def test_every_crisis_line_says_where_it_is_published() -> None:
    assert [line for line in LINES if not line.source] == []


def test_every_full_length_crisis_line_is_a_number_in_use() -> None:
    wrong = [
        line
        for line in LINES
        if len(line.national) > LONGEST
        for code in line.calling_codes
        if not phonenumbers.is_valid_number(phonenumbers.parse(f"+{code}{line.national}"))
    ]
    assert wrong == []
