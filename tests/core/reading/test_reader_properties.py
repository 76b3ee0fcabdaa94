"""Whatever surrounds, separates or writes a number's digits: never another number is certain."""

import re
import time
import unicodedata
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from bot.core.reading.reader import Reading, find_number, read_number, read_request

NUMBERS = [
    "+14155552671",
    "+4930123456",
    "+442079460018",
    "+33612345678",
    "+81312345678",
    "+390612345678",
    "+5511961234567",
    "+8613812345678",
    "+3725123456",
]
REGIONS = ["US", "DE", "GB", "JP", "IT", "CA"]
ZEROS = [
    code for code in range(0x11000) if unicodedata.category(chr(code)) == "Nd"
    and unicodedata.decimal(chr(code)) == 0
]  # fmt: skip
IGNORED = (
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202e\u2060\u2066\u2069\ufe0f\ufeff"
)
SPACES = " \t\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u202f\u205f\u3000"
HYPHENS = "-‐‑‒–—―−﹘﹣－"
WRITTEN = st.text(IGNORED + SPACES + HYPHENS + "./·•()（）", max_size=3)
MARKS = st.text("*_~`'\"“”„‘’«»‹›()[]{}<>-–:,;.!?¡¿ \t" + IGNORED, max_size=4)
NO_LETTERS = st.text(
    st.characters(exclude_categories=["Lu", "Ll", "Lt", "Lo", "Lm", "Nd", "Cs"]), max_size=5
)


def written(digits: str, separators: list[str], zero: int) -> str:
    """Return digits in another script, something between each two."""
    script = [chr(zero + int(digit)) if digit.isdecimal() else digit for digit in digits]
    return "".join(
        digit + separator
        for digit, separator in zip(script, [*separators, *[""] * len(script)], strict=False)
    ).removesuffix(separators[len(digits) - 1] if len(separators) >= len(digits) else "")


def is_never_another(reading: Reading, number: str) -> bool:
    return not reading.is_unambiguous or reading.recipient == number


@given(
    number=st.sampled_from(NUMBERS),
    separators=st.lists(WRITTEN, min_size=15, max_size=15),
    zero=st.sampled_from(ZEROS),
    before=MARKS,
    after=MARKS,
    region=st.sampled_from(REGIONS),
)
@settings(max_examples=150, deadline=None)
def test_a_number_written_in_any_script_is_found_or_asked_back(
    number: str, separators: list[str], zero: int, before: str, after: str, region: str
) -> None:
    text = before + written(number, ["", *separators], zero) + after

    for reading in (
        read_request(f"{text} ask when they open", region),
        read_request(f"call {text} and ask when they open", region),
        read_number(text, region),
    ):
        assert is_never_another(reading, number), reading


@given(
    number=st.sampled_from(NUMBERS),
    separators=st.lists(NO_LETTERS, min_size=15, max_size=15),
    before=NO_LETTERS,
    after=NO_LETTERS,
    region=st.sampled_from(REGIONS),
)
@settings(max_examples=150, deadline=None)
def test_a_number_separated_by_anything_but_letters_is_found_or_asked_back(
    number: str, separators: list[str], before: str, after: str, region: str
) -> None:
    text = before + written(number, ["", *separators], ord("0")) + after

    for reading in (
        read_request(f"{text} ask when they open", region),
        read_request(f"please call {text}: ask when they open", region),
        read_number(text, region),
    ):
        assert is_never_another(reading, number), reading


@given(
    number=st.sampled_from(["+4930123456", "030 123456", "+43 1 5131234", "+1 415 555 2671"]),
    between=NO_LETTERS | st.sampled_from(["\n", " and ", " or ", " / ", " & ", ", ", "; ", " to "]),
    more=st.text("0123456789", min_size=1, max_size=12),
    rest=st.sampled_from([" tickets for us please", "pm, a table for two", "", "\nask for Bob"]),
)
@settings(max_examples=150, deadline=None)
@example(number="+4930123456", between="⁠ ", more="2", rest=" tickets for us please")
def test_digits_behind_a_number_are_always_asked_back(
    number: str, between: str, more: str, rest: str
) -> None:
    text = f"{number}{between}{more}{rest}"

    reading = read_request(text, "DE")

    glued = f"{number}{between}".strip().endswith(tuple("0123456789"))
    assert not reading.is_unambiguous or (glued and between == "")


@given(
    before=st.text("0123456789", min_size=1, max_size=11),
    between=NO_LETTERS,
    number=st.sampled_from(NUMBERS),
)
@settings(max_examples=150, deadline=None)
def test_digits_before_a_number_never_make_it_certain(
    before: str, between: str, number: str
) -> None:
    reading = read_request(f"{before} {between}{number} ask when they open", "US")

    assert not reading.is_unambiguous


@given(
    number=st.sampled_from(["+1 (415) 555-2600", "(415) 555-2600", "+493090182021"]),
    opened=st.sampled_from(["", "(", "*", '"', "„", "<", "`"]),
    extension=st.sampled_from(["", " x123", " ext. 12", " (ext 12)", ", #7", ";ext=5", ",12#"]),
    between=st.text("()[]{}<>*_~`\"'“”„’»«›.,;:!?…-–—=>→|/&+#@ \n\u200b", max_size=8),
)
@settings(max_examples=150, deadline=None)
@example(number="+1 (415) 555-2600", opened="", extension=" x123", between="(+…), ")
def test_what_the_call_is_for_begins_with_a_word_and_not_with_what_is_left_of_the_number(
    number: str, opened: str, extension: str, between: str
) -> None:
    reading = read_request(f"{opened}{number}{extension}{between} ask for Bob", "US")

    # "(#+@) ask for Bob"
    assert re.fullmatch(r"(?:[(<[{«].*)?ask for Bob", reading.prompt), reading.prompt
    assert reading.number_doubts or not extension


@given(text=st.text(max_size=200), region=st.sampled_from(REGIONS))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_into_a_number_of_one_line_and_a_prompt_out_of_it(
    text: str, region: str
) -> None:
    for reading in (read_request(text, region), read_number(text, region)):
        assert len(reading.number.splitlines()) <= 1
        assert len(reading.number) <= 100
        assert reading.prompt in text


@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
def test_each_countrys_number_is_found_as_it_is_written_anywhere(kind: int) -> None:
    lost = {
        region: places
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
        and (places := _where_it_is_lost(number, region))
    }

    assert lost == {}


def _where_it_is_lost(number: PhoneNumber, region: str) -> list[str]:
    dialed = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    told = f"Our new number is {international}. Bye"
    found = {
        "dialed": read_request(f"{dialed} ask when they open", "US").recipient == dialed,
        "before a prompt": is_never_another(
            read_request(f"{international} ask for Bob", "US"), dialed
        ),
        "international": read_number(international, "US").recipient == dialed,
        "national": read_number(national, region).recipient == dialed,
        "in a sentence": find_number(told, "US").recipient is not None,
    }
    return [place for place, is_found in found.items() if not is_found]


@pytest.mark.parametrize(
    "pattern",
    [
        "1 1 1 ", "+", "(+ ", "a.@", "a", "www.", "<@", "1\u200b", "+1 415 555 267 ",
        "x 415 5 55 2 6 7 9 1 2 1 y", "y 0044 20 79 46 00 18 22 ", "+14155552671 and ",
        "+14155552671. call ", "電", "9", "+49 30 123456\n", "-", "/1", " ",
    ],
)  # fmt: skip
def test_a_text_of_40000_characters_takes_no_longer_than_its_length_says(
    pattern: str,
) -> None:
    long = ("+1 415 555 2671 " + pattern * 40_000)[:40_000]
    others = (pattern * 40_000)[:40_000]

    def fastest(length: int) -> float:
        seconds = []
        for _ in range(3):
            started = time.process_time()
            for text in (long, others):
                read_request(text[:length], "US")
                find_number(text[:length], "US")
                read_number(text[:length], "US")
            seconds.append(time.process_time() - started)
        return min(seconds)

    # Were the same done for every character, it would be ten times; for every two, a hundred.
    assert fastest(40_000) < 20 * fastest(4000)


@pytest.mark.parametrize(
    "words",
    [
        lambda length: f"and {' '.join(['A' + 'b' * length] * 3)} b +1 415 555 2600",
        lambda length: f"and A{' ' * length}B{' ' * length}at +1 415 555 2600",
        lambda length: f"and {'A’a' * length} +1 415 555 2600",
        lambda length: f"wait, {'it is ' * length} 2672",
        lambda length: f"before{' ' * length}é",
    ],
)
def test_long_words_and_gaps_take_no_longer_than_their_length_says(
    words: Callable[[int], str],
) -> None:
    def fastest(length: int) -> float:
        text = f"+1 415 555 2671 {words(length)}"
        seconds = []
        for _ in range(3):
            started = time.process_time()
            read_request(text, "US")
            seconds.append(time.process_time() - started)
        return min(seconds)

    # Eight times as long; the cube of that, which it once was, is more than five hundred.
    assert fastest(320) < 64 * fastest(40)
