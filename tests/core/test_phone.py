"""Numbers: what can be dialed, what "NUMBER PROMPT" reads as, and how a number is shown."""

import re

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from bot.core.errors import InvalidNumber
from bot.core.phone import Reading, find, format_international, masked, parse, read

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
NUMBER_LIKE = st.text("+＋0123456789٠٩ ().-–/xetl:#\u200b\u2060", max_size=40)


def number_of(region: str, form: int = PhoneNumberFormat.E164) -> str:
    """Return the example number of a country."""
    number = phonenumbers.example_number(region)
    assert number is not None
    return phonenumbers.format_number(number, form)


def number_in(text: str, region: str) -> str | None:
    """Return the number in a text, None if there is none that can be dialed."""
    try:
        return parse(text, region)
    except InvalidNumber:
        return None


def trouble_with(text: str, region: str = "US") -> str:
    """Return what is said to be wrong with a number."""
    with pytest.raises(InvalidNumber) as refused:
        parse(text, region)
    return str(refused.value)


# parse


@pytest.mark.parametrize(
    "text",
    [
        "+14155552671",
        "+1 415 555 2671",
        "  +1 (415) 555-2671  ",
        "＋1 415 555 2671",
        "+1.415.555.2671",
        "+1 415–555–2671",
        "+1/415/555/2671",
        "tel:+14155552671",
        "+١ ٤١٥ ٥٥٥ ٢٦٧١",
        "+1\u2060415\u200b555 2671",
        "(415) 555-2671",
        "415.555.2671.",
        "1 415 555 2671",
        "011 1 415 555 2671",
    ],
)
def test_a_number_is_parsed_however_it_is_written(text: str) -> None:
    assert parse(text, "US") == "+14155552671"


def test_a_number_without_plus_is_one_of_the_region() -> None:
    assert parse("030 123456", "DE") == "+4930123456"


def test_a_number_with_plus_is_of_its_own_country_whatever_the_region() -> None:
    assert parse("+49 30 123456", "US") == "+4930123456"


def test_an_italian_number_keeps_its_leading_zero() -> None:
    assert parse("+39 06 1234 5678", "US") == "+390612345678"


@pytest.mark.parametrize("region", REGIONS)
def test_a_countrys_number_stays_the_same_when_it_is_read_back_as_spoken(region: str) -> None:
    number = number_of(region)

    dialed = parse(number, "US")

    assert dialed == number
    assert parse(format_international(dialed), "US") == number


@pytest.mark.parametrize("region", REGIONS)
def test_a_countrys_number_is_parsed_as_it_is_written_there(region: str) -> None:
    assert parse(number_of(region, PhoneNumberFormat.NATIONAL), region) == number_of(region)


@given(text=st.text() | NUMBER_LIKE, region=st.sampled_from(REGIONS))
@example(text="9" * 300, region="US")
@example(text="+" + "1 " * 2000, region="US")
@example(text="+٠١٢", region="US")
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_number_in_e164_or_no_number(text: str, region: str) -> None:
    number = number_in(text, region)

    if number is not None:
        assert re.fullmatch(r"\+[1-9][0-9]{4,14}", number)
        assert parse(number, "US") == number


# What is wrong with a number


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("+1 415 555 26", "is too short for the United States"),
        ("415 555 26", "is too short for the United States"),
        ("555 2671", "is too short for the United States: its area code is missing"),
        ("+1 415 555 2671 99", "is too long for the United States"),
        ("+1 555 555 5555", "is not a number in use in the United States"),
        ("+31 20 12", "is too short for the Netherlands"),
        ("+44 20 7946", "is too short for the United Kingdom"),
        ("+33 1 23 45", "is too short for France"),
        ("+33 1 23 45 67 89 01", "is too long for France"),
        ("+800 12", "is too short for country code +800"),
        ("+88213123456789", "is not a number in use in country code +882"),
        ("+999 123456", "does not begin with a country code that exists"),
        ("+1", "is too short for a phone number"),
        ("1", "is too short for a phone number"),
        ("9" * 300, "is too long for a phone number"),
    ],
)
def test_the_trouble_with_a_number_is_named_in_words(text: str, trouble: str) -> None:
    assert f"” {trouble}" in trouble_with(text)


def test_an_error_shows_what_was_typed_and_an_example() -> None:
    trouble = trouble_with("+1 415 555 26")

    assert trouble.startswith("“+1 415 555 26” ")
    assert "+1 415 555 2671" in trouble


def test_an_error_shows_only_the_beginning_of_a_long_text() -> None:
    assert "“99999999999999999999999999999…”" in trouble_with("9" * 300)


def test_a_country_that_shares_its_code_is_named_by_the_region() -> None:
    assert "is too short for Canada" in trouble_with("416 555 26", "CA")


@pytest.mark.parametrize("nothing", ["", "   ", "\n", "tel:"])
def test_without_a_number_the_person_is_asked_for_one(nothing: str) -> None:
    assert trouble_with(nothing) == "Enter the number to ring, for example +1 415 555 2671."


@pytest.mark.parametrize(
    "text",
    [
        "030 123456 ask",
        "1-800-FLOWERS",
        "+1 415 555 2671 ext. 5",
        "+1 415 555 2671x5",
        "+1 415 555 2671;ext=5",
        "+1 415 555 2671, +1 415 555 2672",
        "Bob",
        "+",
        "()",
    ],
)
def test_letters_are_never_turned_into_digits(text: str) -> None:
    assert "is not only a number" in trouble_with(text, "DE")


# read


@pytest.mark.parametrize(
    ("text", "number", "prompt"),
    [
        ("+1 415 555 2671, book a table", "+1 415 555 2671", "book a table"),
        ("+14155552671 book a table for 2", "+14155552671", "book a table for 2"),
        ("(415) 555-2671 book it", "(415) 555-2671", "book it"),
        ("415-555-2671: book it", "415-555-2671", "book it"),
        ("+1 415 555 2671 – book it", "+1 415 555 2671", "book it"),
        ("+1 415 555 2671\nbook it", "+1 415 555 2671", "book it"),
        ("+1 415 555 2671 (ask for Bob)", "+1 415 555 2671", "(ask for Bob)"),
        ("+1 415 555 2671, “Happy birthday!”", "+1 415 555 2671", "“Happy birthday!”"),
    ],
)
def test_a_number_and_a_prompt_are_read_as_typed(text: str, number: str, prompt: str) -> None:
    assert read(text, "US") == Reading(number, prompt, sure=True)


@pytest.mark.parametrize(
    "text",
    [
        "+4930123456 2 tickets for us",
        "+49 30 123456 2 tickets for us",
        "030 123456 2 tickets for us",
        "+4930123456, 2 tickets for us",
        "+4930123456 (2) tickets for us",
        "+4930123456 7pm, a table for two",
        "+4930123456 ٢ tickets for us",
        "+1 415 555 2671 12/24 dinner",
    ],
)
def test_a_prompt_that_begins_with_a_digit_is_never_sure(text: str) -> None:
    assert read(text, "DE").sure is False


@pytest.mark.parametrize(
    "text",
    [
        "+4930123456. 2 tickets for us",
        "+4930123456- 2 tickets for us",
        "+4930123456) 2 tickets for us",
        "+4930123456\u200b 2 tickets for us",
        "030 123456. 2 tickets for us",
    ],
)
def test_a_digit_after_a_stop_and_a_space_does_not_make_another_number_sure(text: str) -> None:
    assert read(text, "DE").sure is False


def test_an_ambiguous_text_is_split_where_the_number_first_could_end() -> None:
    reading = read("+4930123456 2 tickets for us", "US")

    assert reading == Reading("+4930123456", "2 tickets for us")


@pytest.mark.parametrize(
    ("text", "number", "prompt"),
    [
        ("", "", ""),
        ("book a table", "", "book a table"),
        ("call +1 415 555 2671", "", "call +1 415 555 2671"),
        ("+1 415 555 2671", "+1 415 555 2671", ""),
        ("+1 415 555 2671,", "+1 415 555 2671", ""),
        ("+1 415 555 26 book a table", "+1 415 555 26", "book a table"),
        ("+49301234562pm book a table", "", "+49301234562pm book a table"),
    ],
)
def test_what_is_incomplete_or_wrong_is_kept_as_typed(text: str, number: str, prompt: str) -> None:
    assert read(text, "US") == Reading(number, prompt)


def test_the_region_decides_on_a_number_without_plus() -> None:
    assert read("030 123456, book a table", "DE").sure is True
    assert read("030 123456, book a table", "US").sure is False


@given(
    number=st.sampled_from(["+4930123456", "+1 415 555 2671", "(415) 555-2671", ""]) | NUMBER_LIKE,
    rest=st.text("0123456789 ,.;:()-–abc\n٢½", max_size=20) | st.text(max_size=20),
)
@settings(max_examples=500, deadline=None)
def test_a_sure_reading_holds_a_valid_number_and_a_prompt_out_of_the_text(
    number: str, rest: str
) -> None:
    text = number + rest

    reading = read(text, "US")

    assert reading.number in text
    assert reading.prompt in text
    if reading.sure:
        assert parse(reading.number, "US")
        assert text.strip().startswith(reading.number)
        assert text.strip().endswith(reading.prompt)
        assert reading.prompt
        assert not reading.prompt[0].isdigit()


@given(between=st.text(" .,;:()-–/\n", min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_a_number_never_takes_a_digit_from_behind_a_space(between: str) -> None:
    text = f"+4930123456{between} 2 tickets for us"

    reading = read(text, "US")

    assert not (reading.sure and parse(reading.number, "US") == "+49301234562")


# format_international and masked


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+14155552671", "+1 415-555-2671"),
        ("+442079460018", "+44 20 7946 0018"),
        ("+4930123456", "+49 30 123456"),
    ],
)
def test_a_number_is_spoken_in_international_format(number: str, shown: str) -> None:
    assert format_international(number) == shown


def test_a_masked_number_is_its_last_two_digits() -> None:
    assert masked("+14155552671") == "…71"


@pytest.mark.parametrize("region", REGIONS)
def test_a_masked_number_shows_nothing_but_two_digits(region: str) -> None:
    number = number_of(region)

    assert re.sub(r"\D", "", masked(number)) == number[-2:]


@given(st.text("0123456789+ ()-.abc:/\n", max_size=60))
def test_a_number_found_stands_in_the_text_and_can_be_dialed(text: str) -> None:
    found = find(text, "US")

    assert found in text
    assert not found or parse(found, "US")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Luigi's is +1 415 555 2671, ask for Josh", "+1 415 555 2671"),
        ("Call (415) 555-2671!", "(415) 555-2671"),
        ("First 911, then +4930123456", "+4930123456"),
        ("On 12/12/2026 at 19:00", ""),
        ("order 4155552671000000", ""),
        ("", ""),
    ],
)
def test_the_first_number_in_a_text_that_can_be_dialed_is_found(text: str, found: str) -> None:
    assert find(text, "US") == found
