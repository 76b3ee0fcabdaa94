"""Every problem with what was asked for, in words."""

import pytest

from bot.blocks.words.problems import by_field, doubts_by_field, sentence, sentences
from bot.core.doubt import (
    Doubt,
    DoubtKind,
    PlaceProblem,
    Problem,
    RequestField,
    TimeProblem,
)
from bot.core.reading.reader import read_number, read_request


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("", "Enter the number to call, for example +1 415-555-2671."),
        ("310-1234", "“310-1234” is too short for the United States: the area code is missing."),
        ("+1 415 555 26", "“+1 415 555 26” is too short for the United States."),
        ("+33123456789012", "“+33123456789012” is too long for France."),
        ("+999 123456", "“+999 123456” doesn't start with a valid country code"),
        ("+1 123 456 7890", "“+1 123 456 7890” isn't a number in use in the United States."),
        ("0044 20 7946 0018", "Enter +44 20 7946 0018 instead."),
        ("44 20 7946 0018", "Enter +44 20 7946 0018 instead."),
        ("+52 1 55 1234 5678", "Enter +52 55 1234 5678 instead."),
        ("+1 679 555 0123", "I don't recognize “+1 679 555 0123” as a number in the United States"),
        ("+1 415 555 2671 x5", "I can't dial the extension (“x5”)."),
        (
            "+1 415 555 2671 or 2672",
            "I see more than one number, and I can call only one at a time.",
        ),
        ("+49 30 901820/21", "I can't be sure where the number ends."),
        ("1-800-FLOWERS", "I can't read “1-800-FLOWERS”. Enter +1 800-356-9377"),
        ("1-800-roses4you2", "“1-800-roses4you2” isn't only a number."),
        ("Joe 415 555 2671", "Enter only +1 415-555-2671 here"),
        ("9" * 300, "“99999999999999999999999999999…” is too long for a phone number."),
    ],
)
def test_a_number_is_told_what_is_really_wrong_with_it(field: str, words: str) -> None:
    assert words in sentences(read_number(field, "US").doubts)


def test_a_country_that_shares_its_code_is_named_by_the_region() -> None:
    assert "too short for Canada" in sentences(read_number("416 555 26", "CA").doubts)


def test_a_number_without_the_zero_of_its_area_code_is_written_out() -> None:
    words = sentences(read_number("30 123456", "DE").doubts)

    assert "the area code, or the 0 before it, is missing" in words
    assert "Did you mean +49 30 123456?" in words


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("", "Say what the call is for, for example “Book a table"),
        ("hi", "That's too short to act on."),
        ("x" * 3001, "That's 3,001 characters; the limit is 3,000."),
    ],
)
def test_a_prompt_is_told_what_is_wrong_with_it(prompt: str, words: str) -> None:
    doubts = read_request(f"+1 415 555 2671 {prompt}", "US").doubts

    assert words in doubts_by_field(doubts)["prompt"]


def test_doubts_are_told_at_their_fields() -> None:
    told = doubts_by_field(read_request("Joe 415-555-2600", "US").doubts)

    assert list(told) == ["number"]
    assert "I found +1 415-555-2600 in the text." in told["number"]


@pytest.mark.parametrize("kind", DoubtKind)
def test_every_kind_of_doubt_has_words(kind: DoubtKind) -> None:
    doubt = Doubt(kind, "<!here>", "US", "+1 415-555-2671", 3001)

    assert sentence(doubt).endswith((".", "?"))
    assert sentence(Doubt(kind)).endswith((".", "?"))


@pytest.mark.parametrize("problem", [*TimeProblem, *PlaceProblem])
def test_every_other_problem_has_words(problem: Problem) -> None:
    assert by_field({RequestField.WHEN: [problem]})["when"].endswith(".")
