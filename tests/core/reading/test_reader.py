"""The reader: whom to call and what for, out of what people type, and what is not certain."""

import pytest

from bot.core.doubt import DoubtKind
from bot.core.reading.reader import Position, find_number, read_number, read_request

SAN_FRANCISCO = "+14155552671"

# How a number is written: text, region, the number that it is.
WAYS = [
    ("+14155552671", "US", SAN_FRANCISCO),
    ("+1 415 555 2671", "DE", SAN_FRANCISCO),
    ("  +1 (415) 555-2671  ", "US", SAN_FRANCISCO),
    ("(415) 555-2671", "US", SAN_FRANCISCO),
    ("415.555.2671", "US", SAN_FRANCISCO),
    ("415-555-2671", "US", SAN_FRANCISCO),
    ("1 415 555 2671", "US", SAN_FRANCISCO),
    ("1-415-555-2671", "CA", SAN_FRANCISCO),
    ("011 1 415 555 2671", "US", SAN_FRANCISCO),
    ("001 415 555 2671", "DE", SAN_FRANCISCO),
    ("+1/415/555/2671", "US", SAN_FRANCISCO),
    ("+1·415·555·2671", "US", SAN_FRANCISCO),
    ("+1 • 415 • 555 • 2671", "US", SAN_FRANCISCO),
    ("+1.415.555.2671", "US", SAN_FRANCISCO),
    ("+ 1 415 555 2671", "US", SAN_FRANCISCO),
    ("+(1) 415 555 2671", "US", SAN_FRANCISCO),
    ("(+1) 415 555 2671", "US", SAN_FRANCISCO),
    ("[+1] 415 555 2671", "US", SAN_FRANCISCO),
    ("(+1 415 555 2671)", "US", SAN_FRANCISCO),
    ("\u202a+1 415 555 2671\u202c", "US", SAN_FRANCISCO),
    ("\u200e+1 415 555 2671", "US", SAN_FRANCISCO),
    ("\ufeff+1 415 555 2671", "US", SAN_FRANCISCO),
    ("+1 415 555 2671\ufe0f", "US", SAN_FRANCISCO),
    ("\u2066+1\u2069 415 555 2671", "US", SAN_FRANCISCO),
    ("+1\u00ad415\u00ad555\u00ad2671", "US", SAN_FRANCISCO),
    ("+1\u2060415\u200b555\u200d2671", "US", SAN_FRANCISCO),
    ("+1\u00a0415\u202f555\u20072671", "US", SAN_FRANCISCO),
    ("+1\t415\u2009555\u30002671", "US", SAN_FRANCISCO),
    ("+1–415—555−2671", "US", SAN_FRANCISCO),
    ("+1‐415‑555‒2671", "US", SAN_FRANCISCO),
    ("＋1（415）555−2671", "US", SAN_FRANCISCO),
    ("＋１　４１５　５５５　２６７１", "US", SAN_FRANCISCO),
    ("+١ ٤١٥ ٥٥٥ ٢٦٧١", "US", SAN_FRANCISCO),
    ("+۱ ۴۱۵ ۵۵۵ ۲۶۷۱", "US", SAN_FRANCISCO),
    ("+१ ४१५ ५५५ २६७१", "US", SAN_FRANCISCO),
    ("+𝟏 𝟒𝟏𝟓 𝟓𝟓𝟓 𝟐𝟔𝟕𝟏", "US", SAN_FRANCISCO),
    ("+1️⃣4️⃣1️⃣5️⃣5️⃣5️⃣5️⃣2️⃣6️⃣7️⃣1️⃣", "US", SAN_FRANCISCO),
    ("+1 415 555 2671,", "US", SAN_FRANCISCO),
    ("+1 415 555 2671;", "US", SAN_FRANCISCO),
    ("+1 415 555 2671.", "US", SAN_FRANCISCO),
    ("+1 415 555 2671!", "US", SAN_FRANCISCO),
    ("tel:+14155552671", "US", SAN_FRANCISCO),
    ("TEL:+14155552671", "US", SAN_FRANCISCO),
    ("tel: +1 415 555 2671", "US", SAN_FRANCISCO),
    ("Tel.: +1 415 555 2671", "US", SAN_FRANCISCO),
    ("tel://+14155552671", "US", SAN_FRANCISCO),
    ("Phone: +1 415 555 2671", "US", SAN_FRANCISCO),
    ("Phone number – (415) 555-2671", "US", SAN_FRANCISCO),
    ("☎️ +1 415 555 2671", "US", SAN_FRANCISCO),
    ("📞+1 415 555 2671", "US", SAN_FRANCISCO),
    ("*+1 415 555 2671*", "US", SAN_FRANCISCO),
    ("_+1 415 555 2671_", "US", SAN_FRANCISCO),
    ("~+1 415 555 2671~", "US", SAN_FRANCISCO),
    ("`+1 415 555 2671`", "US", SAN_FRANCISCO),
    ('"+1 415 555 2671"', "US", SAN_FRANCISCO),
    ("'+1 415 555 2671'", "US", SAN_FRANCISCO),
    ("“+1 415 555 2671”", "US", SAN_FRANCISCO),
    ("„+1 415 555 2671“", "US", SAN_FRANCISCO),
    ("«+1 415 555 2671»", "US", SAN_FRANCISCO),
    ("「+1 415 555 2671」", "US", SAN_FRANCISCO),
    ("<+1 415 555 2671>", "US", SAN_FRANCISCO),
    ("*_“+1 415 555 2671”_*", "US", SAN_FRANCISCO),
    ("+33\u202f6\u200912\u200734\t56 78", "US", "+33612345678"),
    ("06 12 34 56 78", "FR", "+33612345678"),
    ("(+44) 20 7946 0018", "US", "+442079460018"),
    ("+44 (0)20 7946 0018", "US", "+442079460018"),
    ("+44(0)2079460018", "US", "+442079460018"),
    ("020 7946 0018", "GB", "+442079460018"),
    ("0044 20 7946 0018", "DE", "+442079460018"),
    ("030 123456", "DE", "+4930123456"),
    ("030/123456", "DE", "+4930123456"),
    ("+49 30/123456", "DE", "+4930123456"),
    ("+49 (0) 30 / 123456", "US", "+4930123456"),
    ("+39 06 1234 5678", "US", "+390612345678"),
    ("+81-3-1234-5678", "US", "+81312345678"),
    ("03-1234-5678", "JP", "+81312345678"),
    ("０３ー１２３４ー５６７８", "JP", "+81312345678"),
    ("8 (912) 345-67-89", "RU", "+79123456789"),
    ("+86 138 1234 5678", "US", "+8613812345678"),
    ("(11) 96123-4567", "BR", "+5511961234567"),
    ("+55 (11) 96123-4567", "US", "+5511961234567"),
    ("416 555 0100", "US", "+14165550100"),
]


@pytest.mark.parametrize(("text", "region", "number"), WAYS)
def test_a_number_is_read_however_it_is_written(text: str, region: str, number: str) -> None:
    reading = read_number(text, region)

    assert (reading.recipient, reading.doubts) == (number, ())


@pytest.mark.parametrize(("text", "region", "number"), WAYS)
def test_a_number_that_is_read_alone_is_read_before_a_prompt(
    text: str, region: str, number: str
) -> None:
    reading = read_request(f"{text} ask when they open today", region)

    assert (reading.recipient, reading.doubts) == (number, ())
    assert reading.prompt == "ask when they open today"
    assert reading.position is not Position.ELSEWHERE


@pytest.mark.parametrize(
    "start",
    [
        "call ", "Call ", "CALL: ", "please phone ", "ring ", "dial ", "please call ",
        "Please, call ", "can you call ", "Could you please ring ", "hey, can you call ",
        "call up ",
        "call this number: ", "please dial tel. ", "just call ", "*call* ", "I need you to call ",
    ],
)  # fmt: skip
def test_a_number_after_a_call_word_is_placed(start: str) -> None:
    reading = read_request(f"{start}415-555-2600 and book a table", "US")

    assert reading.is_unambiguous
    assert reading.recipient == "+14155552600"
    assert reading.number == "+1 415-555-2600"
    assert reading.prompt == "book a table"
    assert reading.position is Position.AFTER_CALL_WORD


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("*+1 415 555 2671* book a table", "book a table"),
        ("`+1 415 555 2671`, book a table", "book a table"),
        ("“+1 415 555 2671” book a table", "book a table"),
        ("tel:+14155552671, book a table", "book a table"),
        ("+14155552671 book a table for 2", "book a table for 2"),
        ("+1 415 555 2671 – book a table", "book a table"),
        ("+1 415 555 2671\nbook a table", "book a table"),
        ("+1 415 555 2671 / book a table", "book a table"),
        ("+1 415 555 2671 (ask for Bob now)", "(ask for Bob now)"),
        ("+1 415 555 2671, “Happy birthday!”", "“Happy birthday!”"),
        ("+1 415 555 2671，订周五晚七点两位", "订周五晚七点两位"),
        ("+1 415 555 2671、金曜の夜に予約", "金曜の夜に予約"),
        ("+1 415 555 2671 예약해 주세요", "예약해 주세요"),
        ("+1 415 555 2671に電話して予約をお願い", "に電話して予約をお願い"),
        ("+1 415 555 2671 book it under <@U024BE7LH>", "book it under <@U024BE7LH>"),
        (
            "+1 415 555 2671 ask them to call +1 415 555 2600 back",
            "ask them to call +1 415 555 2600 back",
        ),
        ("+1 415 555 2671 tell Bob +1 415 555 2600 is new", "tell Bob +1 415 555 2600 is new"),
        ("+1 415 555 2671 ask about +1 415 555 2600", "ask about +1 415 555 2600"),
        (
            "+1 415 555 2671 say that our order 3101234 has not come",
            "say that our order 3101234 has not come",
        ),
    ],
)
def test_what_follows_a_number_is_what_the_call_is_for(text: str, prompt: str) -> None:
    reading = read_request(text, "US")

    assert reading.is_unambiguous
    assert reading.recipient == SAN_FRANCISCO
    assert reading.prompt == prompt


def test_a_number_with_japanese_right_behind_it_is_placed() -> None:
    reading = read_request("+81-3-1234-5678に電話して予約をお願いします", "US")

    assert reading.is_unambiguous
    assert reading.recipient == "+81312345678"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Joe 415-555-2600 book a table", "+1 415-555-2600"),
        ("Josh at +1 415 555 2600, book a table", "+1 415-555-2600"),
        ("call Joe at 415-555-2600 and book a table", "+1 415-555-2600"),
        ("Book a table at Luigi's, +1 415 555 2600", "+1 415-555-2600"),
        ("My order from 12/12/2026 is late, (415) 555-2600", "+1 415-555-2600"),
        ("See https://a.example/4155552671 or call 415 555 2600", "+1 415-555-2600"),
        ("Write to 4155552671@a.example, or +1 415 555 2600", "+1 415-555-2600"),
        ("Order 3101234 has not come. Please call +1 415 555 2600", "+1 415-555-2600"),
        ("Order 4155552671 has not come. Please call +1 415 555 2600", "+1 415-555-2600"),
        ("Order 4155552671 has not come. Please call 415 555 2600", "+1 415-555-2600"),
        ("A4155552671 is late, 415 555 2600", "+1 415-555-2600"),
        ("First 911, then +14155552600", "+1 415-555-2600"),
        ("2 tickets at +1 415 555 2600, please", "+1 415-555-2600"),
        ("1️⃣ +1 415 555 2600 book a table", "+1 415-555-2600"),
        ("On 12/12/2026 at 7 call +1 415 555 2600", "+1 415-555-2600"),
    ],
)
def test_a_number_elsewhere_is_found_and_a_yes_asked_for(text: str, number: str) -> None:
    reading = read_request(text, "US")

    assert reading.position is Position.ELSEWHERE
    assert reading.number == number
    assert reading.prompt == text
    assert reading.is_confirmable
    assert not reading.is_unambiguous


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+1 415 555 2600 and +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 or 415-555-2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 / +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 & +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600, +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600; +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600\n+1 415 555 2601\nask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 | +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 then +1 415 555 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 as well as +1 415 555 2601", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 (office) or (mobile) +1 415 555 2601", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600, if busy +1 415 555 2601, ask both", DoubtKind.SEVERAL_NUMBERS),
        ("call +1 415 555 2600 and call +1 415 555 2601", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 book it. Then call +1 415 555 2601", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 or 2601 ask both", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 Bob, +1 415 555 2601 Ann", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600 instead of +1 415 555 2601", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2600@7pm, a table for two", DoubtKind.UNCERTAIN_END),
        ("+1 (415) 555-2600 x123 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 ext. 5 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 extension 5, ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 (ext 5) ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 #5 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600;ext=5 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600,,5 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 Durchwahl 12 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 poste 12 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 доб. 12 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600)´x 5 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 x&5 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 内線12 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 转12 ask for Bob", DoubtKind.EXTENSION),
        ("+1 415 555 2600 2 people at seven", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600, 2 people at seven", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600\n2 people at seven", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600 7pm, two people", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600book a table", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600-HELP, book a table", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600 ② people at seven", DoubtKind.UNCERTAIN_END),
        ("+1 415 555 2600 12/24 dinner for all", DoubtKind.UNCERTAIN_END),
    ],
)
def test_what_may_still_belong_to_a_number_is_asked_back(text: str, kind: DoubtKind) -> None:
    reading = read_request(text, "US")

    assert reading.recipient == "+14155552600"
    assert reading.number == "+1 415-555-2600"
    assert kind in {doubt.kind for doubt in reading.doubts}
    assert not reading.is_confirmable


@pytest.mark.parametrize(
    "text",
    [
        "+4930123456 2 tickets for us",
        "+49 30 123456 2 tickets for us",
        "030 123456 2 tickets for us",
        "+4930123456 (2) tickets for us",
        "+4930123456. 2 tickets for us",
        "+4930123456\u200b 2 tickets for us",
        "+4930123456 ٢ tickets for us",
        "+49 30 123456*7 tickets for us",
        "+49 30 123456_7 tickets for us",
        "+49 30 123456 dash 7 tickets",
        "+49 30 123456/57 ask both of them",
    ],
)
def test_a_number_that_could_be_longer_is_asked_back(text: str) -> None:
    reading = read_request(text, "DE")

    assert reading.number == "+49 30 123456"
    assert not reading.is_unambiguous
    assert not reading.is_confirmable


@pytest.mark.parametrize("field", ["+49 30 901820/21", "030 901820/21", "+49 30 901820 / 21"])
def test_two_numbers_joined_by_a_slash_are_asked_back_in_the_form_too(field: str) -> None:
    [doubt] = read_number(field, "DE").doubts

    assert doubt.kind is DoubtKind.UNCERTAIN_END


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("", DoubtKind.NO_NUMBER),
        ("\u200b \n", DoubtKind.NO_NUMBER),
        ("tel:", DoubtKind.NOT_ONLY_A_NUMBER),
        ("Bob", DoubtKind.NOT_ONLY_A_NUMBER),
        ("1-800-FLOWERS", DoubtKind.WRITE_INSTEAD),
        ("+1 415 555 2671 ask for Bob", DoubtKind.NOT_ONLY_A_NUMBER),
        ("Joe: +1 415 555 2671", DoubtKind.NOT_ONLY_A_NUMBER),
        ("+1 415 555 2671x5", DoubtKind.EXTENSION),
        ("+1 415 555 2671 ext. 5", DoubtKind.EXTENSION),
        ("+1 415 555 2671, +1 415 555 2672", DoubtKind.SEVERAL_NUMBERS),
        ("+1 415 555 2671\n2672", DoubtKind.UNCERTAIN_END),
        ("310-1234", DoubtKind.AREA_CODE_MISSING),
        ("+1 310 1234", DoubtKind.AREA_CODE_MISSING),
        ("555 2671", DoubtKind.AREA_CODE_MISSING),
        ("+1 415 555 26", DoubtKind.TOO_SHORT),
        ("+1", DoubtKind.TOO_SHORT),
        ("+1 415 555 2671 99", DoubtKind.UNCERTAIN_END),
        ("+33 1 23 45 67 89 01", DoubtKind.UNCERTAIN_END),
        ("+33123456789012", DoubtKind.TOO_LONG),
        ("9" * 300, DoubtKind.TOO_LONG),
        ("+999 123456", DoubtKind.NO_COUNTRY_CODE),
        ("+1 123 456 7890", DoubtKind.NOT_IN_USE),
        ("+1 415 155 2671", DoubtKind.NOT_IN_USE),
        ("679 555 0123", DoubtKind.NOT_IN_USE),
        ("+1 679 555 0123", DoubtKind.UNKNOWN_NUMBER),
        ("+1 729 555 0123", DoubtKind.UNKNOWN_NUMBER),
    ],
)
def test_the_trouble_with_a_number_is_told_apart(field: str, kind: DoubtKind) -> None:
    [doubt] = read_number(field, "US").doubts

    assert doubt.kind is kind


@pytest.mark.parametrize(
    ("field", "region", "instead"),
    [
        ("0044 20 7946 0018", "US", "+44 20 7946 0018"),
        ("44 20 7946 0018", "US", "+44 20 7946 0018"),
        ("+0044 20 7946 0018", "US", "+44 20 7946 0018"),
        ("011 44 20 7946 0018", "DE", "+44 20 7946 0018"),
        ("+52 1 55 1234 5678", "US", "+52 55 1234 5678"),
        ("8 495 123 45 67", "US", "+7 495 123-45-67"),
        ("1 415 555 2671", "DE", "+1 415-555-2671"),
        ("+34 0 912 345 678", "US", "+34 912 34 56 78"),
        ("+672 10660", "DE", "+672 3 10660"),
        ("+54 11 15 2345 6789", "US", "+54 9 11 2345-6789"),
    ],
)
def test_what_to_write_instead_is_said_where_it_is_clear(
    field: str, region: str, instead: str
) -> None:
    [doubt] = read_number(field, region).doubts

    assert (doubt.kind, doubt.instead) == (DoubtKind.WRITE_INSTEAD, instead)


@pytest.mark.parametrize(
    ("field", "region", "instead"),
    [
        ("30 123456", "DE", "+49 30 123456"),
        ("20 7946 0018", "GB", "+44 20 7946 0018"),
        ("612345678", "FR", "+33 6 12 34 56 78"),
    ],
)
def test_a_number_that_lacks_the_zero_before_its_area_code_is_asked_back(
    field: str, region: str, instead: str
) -> None:
    [doubt] = read_number(field, region).doubts

    assert (doubt.kind, doubt.instead) == (DoubtKind.AREA_CODE_MISSING, instead)


def test_a_number_without_area_code_is_never_another_countrys() -> None:
    reading = read_request("310-1234, book a table for two", "US")

    assert reading.recipient is None
    assert reading.number == "310-1234"
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.AREA_CODE_MISSING]


def test_an_unknown_number_needs_a_yes_and_is_certain_once_that_was_said() -> None:
    text = "+1 679 555 0123 book a table for two"

    first = read_request(text, "US")
    again = read_request(text, "US", confirmed="+16795550123")
    other = read_request(text, "US", confirmed="+17295550123")

    assert (first.recipient, first.is_confirmable) == ("+16795550123", True)
    assert not first.is_unambiguous
    assert again.is_unambiguous
    assert not other.is_unambiguous


def test_a_yes_to_a_number_answers_no_other_doubt() -> None:
    reading = read_number("+1 679 555 0123 x5", "US", confirmed="+16795550123")

    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.EXTENSION]


def test_a_number_field_never_holds_a_line_break() -> None:
    reading = read_request("+1 415\n555 2671\n2 people at seven", "US")

    assert "\n" not in reading.number
    assert not reading.is_unambiguous


@pytest.mark.parametrize(
    "text",
    [
        "book a table for two",
        "7pm, a table for two",
        "Order 3101 of 12/12/2026",
        "call mom",
        "a@b.example 19:00",
    ],
)
def test_a_text_without_a_number_says_so(text: str) -> None:
    reading = read_request(text, "US")

    assert reading.recipient is None
    assert reading.number == ""
    assert reading.prompt == text
    assert reading.doubts[0].kind is DoubtKind.NO_NUMBER


def test_a_text_with_two_numbers_to_choose_from_is_asked_back() -> None:
    reading = find_number("Luigi's 415-555-2600, Mario's 415-555-2601", "US")

    assert reading.number == "+1 415-555-2600"
    assert DoubtKind.SEVERAL_NUMBERS in {doubt.kind for doubt in reading.doubts}


def test_a_message_with_an_extension_has_its_number_found() -> None:
    reading = find_number("+1 415 555 2671 ext. 5", "US")

    assert reading.recipient == SAN_FRANCISCO
    assert DoubtKind.EXTENSION in {doubt.kind for doubt in reading.doubts}


def test_digits_torn_off_a_number_are_not_confirmed_by_a_plain_yes() -> None:
    reading = read_request("+44:2079460018 ask when they open", "US")

    assert not reading.is_confirmable


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("089 / 123 456 ask when they open", "+49 89 123456"),
        ("+49 30 123456/57 ask when they open", "+49 30 123456"),
        ("+4930123456 2 tickets for us", "+49 30 123456"),
    ],
)
def test_of_two_ends_the_form_shows_the_likelier(text: str, number: str) -> None:
    reading = read_request(text, "DE")

    assert reading.number == number
    assert not reading.is_confirmable


@pytest.mark.parametrize(
    ("after", "prompt"),
    [
        (" (office) ask for Bob", "(office) ask for Bob"),
        (": #sales wants a table", "#sales wants a table"),
        (" - :pizza: order two", ":pizza: order two"),
        (" 🍕 order two please", "🍕 order two please"),
        (", <@U024BE7LH> wants a table", "<@U024BE7LH> wants a table"),
        (" – ¿está abierto el domingo?", "¿está abierto el domingo?"),
        (' "Luigi" wants a table', '"Luigi" wants a table'),
        (" « réserver » une table", "« réserver » une table"),
        (" ( ask for Bob", "ask for Bob"),
    ],
)
def test_what_begins_the_words_is_kept_and_what_ended_the_number_is_not(
    after: str, prompt: str
) -> None:
    assert read_request(f"+1 415 555 2671{after}", "US").prompt == prompt


@pytest.mark.parametrize("extension", ["x 1 2 3", "ext. 12-34", "ext. 12a", "x12 or x13", "x1/2"])
def test_an_extension_in_parts_is_kept_whole_for_the_form(extension: str) -> None:
    reading = read_request(f"+1 415 555 2671 {extension} ask for Bob", "US")

    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.EXTENSION]
    assert reading.prompt == f"{extension} ask for Bob"


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("1-800-FLOWERS", "+1 800-356-9377"),
        ("1800FLOWERS", "+1 800-356-9377"),
        ("(800) FLOWERS", "+1 800-356-9377"),
        ("+1 800 GO FEDEX", "+1 800-463-3339"),
        ("1-800-CALL-NOW", "+1 800-225-5669"),
        ("1-800-contacts", "+1 800-266-8228"),
        *(
            (f"+1{mark}415{mark}555{mark}2671", "+1 415-555-2671")
            for mark in ("&nbsp;", "&#160;", "&#xa0;", "%20", "+", ",", ", ", "_", ":", "|", "*")
        ),
    ],
)
def test_letters_and_odd_marks_in_a_number_are_asked_back_with_what_to_write(
    text: str, instead: str
) -> None:
    for reading in (
        read_request(f"{text} order roses for Ann", "US"),
        read_request(f"please call {text}: order roses for Ann", "US"),
        read_number(text, "US"),
    ):
        assert reading.recipient is None
        [doubt] = reading.doubts
        assert (doubt.kind, doubt.instead) == (DoubtKind.WRITE_INSTEAD, instead)
        assert reading.prompt in ("order roses for Ann", "")


@pytest.mark.parametrize(
    "text",
    [
        "1 800 flowers are needed for Ann today",
        "+1 415: 2 people at 7pm for dinner",
        "415 555, 2 people at 7pm for dinner",
        "1 800 GOOD pizzas please for me",
    ],
)
def test_words_and_digits_that_make_no_number_are_not_taken_for_one(text: str) -> None:
    reading = read_request(text, "US")

    assert reading.recipient is None
    assert [doubt.instead for doubt in reading.doubts] == [""]


@pytest.mark.parametrize("text", ["+1 415 555 XXXX", "415-555-xxxx", "+1 415-XXX-XXXX"])
def test_digits_left_out_are_no_letters_to_be_dialed(text: str) -> None:
    reading = read_request(f"{text} book a table for Friday", "US")

    assert reading.recipient is None
    assert not any(doubt.instead for doubt in reading.doubts)


@pytest.mark.parametrize("before", ["2026-11-27", "94105-1234", "Nov 27,", "12:30", "1.", "2)"])
def test_what_is_no_number_before_one_does_not_stand_for_it(before: str) -> None:
    reading = read_request(f"{before} +1 415 555 2671 book a table", "US")

    assert reading.recipient == "+14155552671"
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.ELSEWHERE]


def test_a_number_with_a_digit_missing_is_not_passed_over_for_the_next() -> None:
    reading = read_request("+1 415 555 267 or +1 415 555 2672 ask if they are open", "US")

    assert reading.recipient is None


@pytest.mark.parametrize(
    "joint", ["or else Joe at", "otherwise try my colleague Joe:", "oder Joe,"]
)
def test_an_alternative_is_another_number_whatever_stands_between(joint: str) -> None:
    reading = read_request(f"+1 415 555 2671 {joint} +1 415 555 2600 ask for both", "US")

    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.SEVERAL_NUMBERS]


def test_a_further_number_keeps_its_plus() -> None:
    reading = read_request("+1 415 555 2671; +1 415 555 2672 ask both", "US")

    assert reading.prompt == "+1 415 555 2672 ask both"


@pytest.mark.parametrize(
    "text",
    [
        "2026-12-24 19 people for dinner at Luigi's",
        "2026.12.24 19 people for dinner at Luigi's",
        "20.12.2026 19 people for dinner at Luigi's",
        "19:30 book a table for two at Luigi's",
    ],
)
def test_a_date_or_a_time_is_no_number_and_no_part_of_one(text: str) -> None:
    reading = read_request(text, "US")

    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.NO_NUMBER]
    assert reading.prompt == text


@pytest.mark.parametrize("before", ["2026-12-24 19:30", "24.12.2026", "19:30 –", "12/24/26"])
def test_a_number_behind_a_date_or_a_time_is_found(before: str) -> None:
    reading = read_request(f"{before} 415 555 2671 book a table", "US")

    assert reading.recipient == SAN_FRANCISCO
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.ELSEWHERE]


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("01.23.45.67.89", "FR", "+33123456789"),
        ("06/12/11/26/19", "FR", "+33612112619"),
        ("20.12.20.26", "DK", "+4520122026"),
        ("+33 1 23.10.20.26", "US", "+33123102026"),
    ],
)
def test_a_number_in_pairs_is_no_date(text: str, region: str, number: str) -> None:
    reading = read_request(f"{text} ask when they open", region)

    assert (reading.recipient, reading.doubts) == (number, ())


@pytest.mark.parametrize(
    "prompt",
    ["dinner 12/24/2026 for two, please", "book 2026-12-24 for two, please"],
)
def test_a_date_in_what_the_call_is_for_is_no_second_number(prompt: str) -> None:
    reading = read_request(f"+1 415 555 2671 {prompt}", "US")

    assert (reading.is_unambiguous, reading.prompt) == (True, prompt)


@pytest.mark.parametrize(
    "text",
    [
        "+49 30 12345:six: ask when they open",
        "+49 30 12345 :six: ask when they open",
        "4155552671+ ask when they open",
        "4155552671＋ ask when they open",
        "\u202e1762-555-514-1+\u202c ask when they open",
        "call \u202e1762 555 514 1\u202c ask when they open",
    ],
)
def test_digits_that_may_stand_for_another_number_are_asked_back(text: str) -> None:
    for reading in (read_request(text, "US"), read_number(text.partition(" ask")[0], "US")):
        assert DoubtKind.UNCERTAIN_END in {doubt.kind for doubt in reading.doubts}
        assert not reading.is_confirmable


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("call +1 415 555 2671 in 20 min and ask when they open", "in 20 min"),
        ("call +1 415 555 2671 tomorrow at noon and book a table", "tomorrow at noon"),
        ("+1 415 555 2671, at 14:30 CET, ask when they open", "at 14:30"),
        ("+1 415 555 2671 later today: ask when they open", "later today"),
        ("+1 415 555 2671 at 7 and ask when they open", "at 7"),
        ("+1 415 555 2671 on Monday ask when they open", "on Monday"),
        ("+1 415 555 2671 tonight at 8pm ask for Bob", "tonight at 8pm"),
        ("in half an hour, call +1 415 555 2671 and ask for Bob", "in half an hour"),
        ("call +1 415 555 2671 on the 24th of December and ask for Bob", "on the 24th of December"),
        ("call +1 415 555 2671 on 12/24 and ask for Bob", "on 12/24"),
        ("call +1 415 555 2671 on Dec. 24 and ask for Bob", "on Dec. 24"),
        ("call +1 415 555 2671 at half past nine and ask for Bob", "at half past nine"),
        ("call +1 415 555 2671 Tuesday at 9 and ask for Bob", "Tuesday at 9"),
        ("call +1 415 555 2671 but not before Monday and ask for Bob", "but not before Monday"),
        ("call +1 415 555 2671 after lunch and ask for Bob", "after lunch"),
        ("call +1 415 555 2671 tmrw 9am and ask for Bob", "tmrw"),
        ("call +1 415 555 2671 in the morning and ask for Bob", "in the morning"),
        ("call +1 415 555 2671 by 5pm and ask for Bob", "by 5pm"),
        ("call +1 415 555 2671 first thing tomorrow and ask for Bob", "first thing"),
        ("call +1 415 555 2671 at the end of the day and ask for Bob", "at the end of the day"),
        ("call +1 415 555 2671 over the weekend and ask for Bob", "over the weekend"),
        ("call +1 415 555 2671 every 5 minutes and ask for Bob", "every 5 minutes"),
        ("call +1 415 555 2671 when I say so and ask for Bob", "when I"),
        ("call +1 415 555 2671 once Ann confirms and ask for Bob", "once Ann confirms"),
        ("call +1 415 555 2671 but only after Ann agreed, ask for Bob", "but only after"),
        ("call +1 415 555 2671 every day at 9 and ask for Bob", "every day at 9"),
        ("call +1 415 555 2671 only if Ann agrees, and ask for Bob", "only if"),
        ("+1 415 555 2671 morgen um 9 Uhr anrufen, nach Bob fragen", "morgen um 9 Uhr anrufen"),
        ("+1 415 555 2671 dans 20 minutes, demander Bob", "dans 20 minutes"),
    ],
)
def test_a_time_that_may_be_when_to_call_is_asked_about(text: str, time: str) -> None:
    reading = read_request(text, "US")

    [doubt] = [doubt for doubt in reading.doubts if doubt.kind is DoubtKind.CALL_TIME]
    assert (reading.recipient, doubt.typed) == (SAN_FRANCISCO, time)
    assert reading.is_confirmable


@pytest.mark.parametrize(
    "prompt",
    [
        "book a table for Friday 7pm, two people",
        "Friday 7pm, two people, under Josh",
        "ask whether tomorrow at noon is free",
        "at 24 Main Street, ask when they open",
        "tomorrow’s table is for four, not two",
        "on the 2nd floor, ask for Bob",
        "at one of your tables, ask for four seats",
        "morgen Abend einen Tisch für zwei",
        "once more the same table, please",
        "sun-dried tomatoes, ask for the price",
        "in case nobody answers, leave a message",
        "on behalf of Josh, cancel the table",
    ],
)
def test_a_time_within_what_the_call_is_for_is_part_of_it(prompt: str) -> None:
    reading = read_request(f"call +1 415 555 2671 {prompt}", "US")

    assert (reading.is_unambiguous, reading.prompt) == (True, prompt)


@pytest.mark.parametrize("start", ["call now ", "call back ", "Call now: ", "please call back at "])
def test_a_call_now_or_back_is_a_call(start: str) -> None:
    reading = read_request(f"{start}+1 415 555 2671 and ask for Bob", "US")

    assert (reading.is_unambiguous, reading.prompt) == (True, "ask for Bob")


@pytest.mark.parametrize("start", ["I will call ", "I can call ", "ok I will just call "])
def test_whoever_calls_themselves_asks_for_no_call(start: str) -> None:
    text = f"{start}+1 415 555 2671 myself about the invoice"

    assert not read_request(text, "US").is_unambiguous
    assert read_request("I want you to call +1 415 555 2671 and ask", "US").recipient is not None


def test_a_call_to_who_asks_is_not_certain() -> None:
    assert not read_request("call me at +1 415 555 2671 about the car", "US").is_unambiguous


def test_what_an_address_of_a_number_says_besides_is_no_part_of_what_the_call_is_for() -> None:
    reading = read_request("tel:+1-415-555-2671;phone-context=+1 ask when they open", "US")

    assert (reading.recipient, reading.prompt) == (SAN_FRANCISCO, "ask when they open")


def test_an_emojis_name_before_a_number_says_nothing_else() -> None:
    assert read_request(":telephone_receiver: +1 415 555 2671 order pizza", "US").is_unambiguous


@pytest.mark.parametrize("marker", ["3. ", "3) ", "3 - ", "3 ", "Nr. 3 "])
def test_a_lists_number_is_never_dialed_with_the_number_behind_it(marker: str) -> None:
    reading = read_request(f"{marker}312 345 6789 prenota un tavolo per due", "IT")

    assert not reading.is_unambiguous
    assert not read_number(f"{marker}312 345 6789", "IT").is_unambiguous


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("+49 30 901820 App. 12 Termin vereinbaren", "DE"),
        ("+49 30 901820 Apparat 12 Termin vereinbaren", "DE"),
        ("+43 1 5880012 Klappe 12, Termin vereinbaren", "AT"),
        ("+33 1 23 45 67 89 p. 12 demander Luc", "FR"),
    ],
)
def test_an_extension_is_known_by_its_local_name(text: str, region: str) -> None:
    doubts = read_request(text, region).doubts

    assert [(doubt.kind, doubt.instead) for doubt in doubts] == [(DoubtKind.EXTENSION, "12")]


def test_whoever_greets_the_bot_by_name_asks_for_a_call_all_the_same() -> None:
    text = "Hey Ringback, could you please call 415-555-2671 and book a table"

    assert read_request(text, "US").is_unambiguous


@pytest.mark.parametrize(
    "plus", [":heavy_plus_sign:", ":heavy_plus_sign: ", ":plus:", "﬩", "˖", "✚", "±", "⊕", "➕"]
)
def test_a_mark_that_is_taken_for_a_plus_makes_no_number_of_this_country(plus: str) -> None:
    text = f"{plus}4722123456"
    for reading in (read_request(f"{text} ask when they open", "US"), read_number(text, "US")):
        [doubt] = reading.doubts
        assert (doubt.kind, doubt.instead) == (DoubtKind.WHICH_COUNTRY, "+47 22 12 34 56")
    assert read_request("✚ +47 22 12 34 56 ask", "US").recipient == "+4722123456"


def test_digits_by_an_emojis_name_before_a_number_may_belong_to_it() -> None:
    assert not read_request(":four: 415 555 2671 ask when they open", "US").is_unambiguous
    assert read_request(":one: +1 415 555 2671 ask when they open", "US").is_unambiguous


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("47 22 12 34 56", "+47 22 12 34 56"),
        ("(47) 22 12 34 56", "+47 22 12 34 56"),
        ("47-22123456", "+47 22 12 34 56"),
        ("65 6723 4567", "+65 6723 4567"),
        ("66 2 234 5678", "+66 2 234 5678"),
    ],
)
def test_a_number_with_a_country_code_but_no_plus_is_never_this_countrys(
    text: str, instead: str
) -> None:
    for reading in (read_request(f"{text} ask when they open", "US"), read_number(text, "US")):
        [doubt] = reading.doubts
        assert (doubt.kind, doubt.instead) == (DoubtKind.WHICH_COUNTRY, instead)
        assert (reading.recipient, reading.number) == (None, text)


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("352 555 1234", "US", "+13525551234"),
        ("1 472 212 3456", "US", "+14722123456"),
        ("33 1234 5678", "MX", "+523312345678"),
        ("44 2345 6789", "IN", "+914423456789"),
        ("49 30 901820", "DE", "+4930901820"),
    ],
)
def test_a_number_as_its_own_country_writes_it_is_that_countrys(
    text: str, region: str, number: str
) -> None:
    reading = read_request(f"{text} ask when they open", region)

    assert (reading.recipient, reading.is_unambiguous) == (number, True)


@pytest.mark.parametrize(
    ("text", "region", "kind", "instead"),
    [
        ("+8 495 123 45 67", "RU", DoubtKind.WRITE_INSTEAD, "+7 495 123-45-67"),
        ("+8 (495) 123-45-67", "US", DoubtKind.NO_COUNTRY_CODE, ""),
        ("+8 800 555 35 35", "RU", DoubtKind.WRITE_INSTEAD, "+7 800 555-35-35"),
        ("+4 420 7946 0018", "GB", DoubtKind.WRITE_INSTEAD, "+44 20 7946 0018"),
    ],
)
def test_a_country_code_is_never_made_of_two_groups(
    text: str, region: str, kind: DoubtKind, instead: str
) -> None:
    for reading in (read_request(f"{text} ask when they open", region), read_number(text, region)):
        assert reading.recipient is None
        assert [(doubt.kind, doubt.instead) for doubt in reading.doubts] == [(kind, instead)]


@pytest.mark.parametrize(
    ("text", "kind", "instead"),
    [
        ("+646 253 0000", DoubtKind.WHICH_COUNTRY, "+64 6 253 0000"),
        ("+(646) 253-0000", DoubtKind.WHICH_COUNTRY, "+64 6 253 0000"),
        ("+917 253 0000", DoubtKind.WRITE_INSTEAD, "+1 917-253-0000"),
    ],
)
def test_a_plus_before_an_area_code_never_makes_it_a_country(
    text: str, kind: DoubtKind, instead: str
) -> None:
    for reading in (read_request(f"{text} ask when they open", "US"), read_number(text, "US")):
        assert reading.recipient is None
        assert [(doubt.kind, doubt.instead) for doubt in reading.doubts] == [(kind, instead)]


@pytest.mark.parametrize(
    "text", ["+64 6 253 0000", "+6462530000", "+507 223-4567", "+354 555 1234", "+4420 7946 0018"]
)
def test_a_country_code_before_a_number_as_its_country_writes_it_counts(text: str) -> None:
    digits = "+" + "".join(filter(str.isdecimal, text))

    assert read_request(f"{text} ask when they open", "US").recipient == digits


def test_a_country_code_with_a_space_between_all_digits_is_one() -> None:
    assert read_number("+ 4 4 2 0 7 9 4 6 0 0 1 8", "US").recipient == "+442079460018"


def test_an_address_of_a_machine_needs_a_yes() -> None:
    reading = read_request("216.58.214.14 is down, ask them why", "US")

    assert (reading.recipient, reading.is_unambiguous) == ("+12165821414", False)
    assert reading.is_confirmable
    assert read_request("212.555.12.34 ask when they open", "US").is_unambiguous


@pytest.mark.parametrize(
    "start",
    [
        "make a call to {} and ", "place a call to {} and ", "start a call to {} and ",
        "please make a quick phone call to {} and ", "give {} a call and ", "give {} a ring and ",
        "Please give (415) 555-2671 a quick call, ", "let's call {} and ",
        "Call my dentist {} and ", "call the restaurant at {} and ",
        "please call my doctor's office ({}) and ",
    ],
)  # fmt: skip
def test_other_ways_to_ask_for_a_call_are_placed(start: str) -> None:
    reading = read_request(f"{start.format('+1 415 555 2671')}ask when they open", "US")

    assert (reading.recipient, reading.is_unambiguous) == (SAN_FRANCISCO, True)
    assert reading.prompt == "ask when they open"


@pytest.mark.parametrize(
    "start",
    [
        "call the customer 4155552671 and ", "call my own number {} and ", "should we call {} and ",
        "call the number before {} and ", "call my wife, not {} and ", "we call {} to ",
        "call our customer order {} and ",
    ],
)  # fmt: skip
def test_who_is_called_by_which_number_is_not_guessed(start: str) -> None:
    text = f"{start.format('+1 415 555 2671')}ask when they open"

    assert not read_request(text, "US").is_unambiguous


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("030 90 18 20 einen Tisch reservieren", "+4930901820"),
        ("+49 30 90 18 20, bitte einen Tisch reservieren", "+4930901820"),
        ("0 30 / 90 18 20: Tisch reservieren", "+4930901820"),
        ("089 12 34 56 78\nTisch reservieren", "+498912345678"),
    ],
)
def test_a_number_in_pairs_ends_where_no_count_can_be_meant(text: str, number: str) -> None:
    reading = read_request(text, "DE")

    assert (reading.recipient, reading.is_unambiguous) == (number, True)


@pytest.mark.parametrize("rest", ["20 Personen am Freitag", "20 Uhr einen Tisch", "20 Brötchen"])
def test_a_count_behind_a_number_in_pairs_is_asked_back(rest: str) -> None:
    assert not read_request(f"030 90 18 {rest} bestellen", "DE").is_unambiguous


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("03-1234-5678 内線番号12 佐藤さんにつないで", "JP"),
        ("03-1234-5678の内線12 佐藤さんにつないで", "JP"),
        ("03-1234-5678（内）12 佐藤さんにつないで", "JP"),
        ("03-1234-5678 内線は12です。佐藤さんに", "JP"),
        ("02-123-4567 내선번호 12 김과장님께 문의", "KR"),
        ("021 1234 5678 分机号12 找王先生", "CN"),
    ],
)
def test_an_extension_is_known_in_east_asia_too(text: str, region: str) -> None:
    doubts = read_request(text, region).doubts

    assert [(doubt.kind, doubt.instead) for doubt in doubts] == [(DoubtKind.EXTENSION, "12")]
