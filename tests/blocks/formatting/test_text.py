"""Slack's text: what is escaped stays text, what came escaped is undone, what is long is cut."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.blocks.formatting.text import (
    clean,
    cut,
    date,
    duration,
    escape,
    markdown,
    pieces,
    quoted,
    shown,
    unescape,
)

ANY_TEXT = st.text(st.characters() | st.characters(categories=["Cs", "Cc"]), max_size=60)
MARKUP = st.text("&<>;ampltg#@!|a \n", max_size=60)
BARE = re.compile(r"[<>]|&(?!(?:amp|lt|gt);)")
LIMITS = st.integers(min_value=1, max_value=70)


# escape


def test_the_three_characters_of_slacks_markup_are_escaped() -> None:
    assert escape("Tom & Jerry <3 >_<") == "Tom &amp; Jerry &lt;3 &gt;_&lt;"


@pytest.mark.parametrize("markup", ["<!channel>", "<@U1>", "<#C1|general>", "<https://x.io|here>"])
def test_no_mention_and_no_link_is_live_once_escaped(markup: str) -> None:
    assert escape(markup) == f"&lt;{markup[1:-1]}&gt;"


def test_what_was_escaped_already_is_escaped_again() -> None:
    assert escape("&lt;") == "&amp;lt;"


@given(text=ANY_TEXT | MARKUP)
def test_escaped_text_holds_no_bare_markup(text: str) -> None:
    assert not BARE.search(escape(text))


@given(text=ANY_TEXT | MARKUP)
def test_what_is_escaped_and_unescaped_is_the_clean_text_again(text: str) -> None:
    assert unescape(escape(text)) == clean(text)


# clean


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x00b", "ab"),
        ("a\ud83db", "ab"),
        ("x\udc00y", "xy"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\x7fb", "ab"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\n\tb", "a\n\tb"),
        ("naïve 😀 日本", "naïve 😀 日本"),
    ],
)
def test_what_no_database_and_no_screen_can_take_vanishes(text: str, left: str) -> None:
    assert clean(text) == left


@given(text=ANY_TEXT)
def test_clean_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    cleaned = clean(text)

    assert b"\x00" not in cleaned.encode()
    assert clean(cleaned) == cleaned


def test_lone_surrogates_and_nul_vanish_on_the_way_in_and_on_the_way_out() -> None:
    assert unescape("a\x00\ud83d&amp;b") == "a&b"
    assert escape("a\x00\ud83d&b") == "a&amp;b"


# unescape


@pytest.mark.parametrize(
    ("arrived", "typed"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("&lt;@U1&gt;", "<@U1>"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;", "&amp;"),
        ("&copy; &quot;", "&copy; &quot;"),
        ("<tel:+14155552671|+1 415-555-2671>", "+1 415-555-2671"),
        ("<tel:+14155552671>", "+14155552671"),
        ("<tel:+14155552671|Luigi’s>", "Luigi’s (+14155552671)"),
        ("<tel:+14155552671|(415) 555-2671>", "+1 415-555-2671"),
        ("<tel:+902123456789|212 345 67 89>", "+90 212 345 67 89"),
        ("<tel:+6622345678|02 234 5678>", "+66 2 234 5678"),
        ("<tel:+14155552671|(415) 555-2671 x12>", "(415) 555-2671 x12"),
        ("<tel:+14155552671|415 555 2672>", "415 555 2672 (+14155552671)"),
        ("<tel:4155552671|(415) 555-2671>", "(415) 555-2671"),
        ("<tel:+14155552671|+١ ٤١٥ ٥٥٥ ٢٦٧١>", "+١ ٤١٥ ٥٥٥ ٢٦٧١"),
        ("<tel:+14155552671|＋1（415）555−2671>", "＋1（415）555−2671"),
        ("<tel:4155552671|415 555 2672>", "415 555 2672 (4155552671)"),
        ("<@U1|ada>", "<@U1>"),
        ("<@U1>", "<@U1>"),
        ("<#C1|general>", "#general"),
        ("<tel:+14155552671|+1 415 555 2671 x12>", "+1 415 555 2671 x12"),
        ("<#C1|>", "a Slack channel"),
        ("<#C1>", "a Slack channel"),
        ("<!here>", "@here"),
        ("<!subteam^S1|@cooks>", "@cooks"),
        ("<!subteam^S1>", "a Slack group"),
        ("<!date^1392734382^{date}|Feb 18, 2014>", "Feb 18, 2014"),
        ("<https://example.com/menu|the menu>", "the menu (https://example.com/menu)"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://example.com/|https://example.com>", "https://example.com"),
        ("<mailto:ada@example.com|Ada>", "Ada (ada@example.com)"),
        ("<https://example.com/menu>", "https://example.com/menu"),
        ("<mailto:ada@example.com|ada@example.com>", "ada@example.com"),
        ("<mailto:ada@example.com>", "ada@example.com"),
    ],
)
def test_what_arrives_from_slack_is_turned_into_what_was_typed(arrived: str, typed: str) -> None:
    assert unescape(arrived) == typed


@pytest.mark.parametrize(
    ("arrived", "typed"),
    [
        ("<https://x.io/?a=1&amp;b=2>", "https://x.io/?a=1&b=2"),
        ("<https://x.io|Tom &amp; Jerry>", "Tom & Jerry (https://x.io)"),
        ("<#C1|tom-&amp;-jerry>", "#tom-&-jerry"),
    ],
)
def test_what_is_escaped_inside_a_link_is_undone_too(arrived: str, typed: str) -> None:
    assert unescape(arrived) == typed


def test_a_command_with_a_number_that_slack_made_a_link_of_reads_as_typed() -> None:
    arrived = "<tel:+14155552671|+1 415-555-2671>, ask for Tom &amp; Jerry in <#C1|general>"

    assert unescape(arrived) == "+1 415-555-2671, ask for Tom & Jerry in #general"


# cut


def test_text_up_to_the_limit_is_left_alone() -> None:
    assert cut("12345", 5) == "12345"


def test_text_past_the_limit_ends_with_an_ellipsis() -> None:
    assert cut("123456", 5) == "1234…"


def test_no_space_is_left_before_the_ellipsis() -> None:
    assert cut("one two three", 9) == "one two…"


@pytest.mark.parametrize("limit", [5, 6, 7, 8])
def test_an_entity_at_the_edge_is_dropped_whole(limit: int) -> None:
    assert cut("abc&amp;&amp;", limit) == "abc…"


def test_an_entity_that_fits_is_kept() -> None:
    assert cut("abc&amp;&amp;", 9) == "abc&amp;…"


@given(
    text=(ANY_TEXT | MARKUP).filter(lambda text: not clean(text).strip().endswith("…")),
    limit=LIMITS,
)
@example(text="&" * 60, limit=7)
@settings(max_examples=300)
def test_text_from_outside_is_shown_within_the_limit_in_whole_entities(
    text: str, limit: int
) -> None:
    made = shown(text, limit)

    assert len(made) <= limit
    assert not BARE.search(made)
    assert made.endswith("…") == (len(escape(text).strip()) > limit)
    assert escape(text).strip().startswith(made.removesuffix("…"))


# quoted


def test_every_line_is_quoted() -> None:
    assert quoted("one\n\n<two>\r\nthree", 100) == ">one\n>\n>&lt;two&gt;\n>three"


@given(text=ANY_TEXT | MARKUP, limit=LIMITS)
def test_a_quotation_keeps_to_its_limit_and_quotes_each_line(text: str, limit: int) -> None:
    made = quoted(text, limit)

    assert len(made) <= limit
    for line in made.split("\n"):
        assert line[:1] in (">", "…", "")
        assert not BARE.search(line[1:])


# markdown


def test_slack_is_told_to_make_nothing_live_by_itself() -> None:
    made = markdown("#general and example.com").to_dict()

    assert made == {"type": "mrkdwn", "text": "#general and example.com", "verbatim": True}


# Pieces, times and durations


@given(st.text(st.sampled_from("ab &<>😀\n"), max_size=600), st.integers(10, 100))
def test_pieces_are_all_of_a_text_but_for_space_and_none_is_too_long(text: str, limit: int) -> None:
    parts = list(pieces(text, limit))

    assert "".join("".join(parts).split()) == "".join(text.split())
    assert [part for part in parts if not 0 < len(part) <= limit] == []


def test_pieces_are_parted_where_a_line_ends() -> None:
    assert list(pieces("one two\nthree four", 12)) == ["one two", "three four"]


def test_pieces_are_parted_between_words_where_no_line_ends() -> None:
    assert list(pieces("one two three four", 12)) == ["one two", "three four"]


@pytest.mark.parametrize("nothing", ["", " \n", "\x00"])
def test_of_nothing_there_is_no_piece(nothing: str) -> None:
    assert list(pieces(nothing, 100)) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (40, "40 s"),
        (59.6, "1 min 0 s"),
        (133, "2 min 13 s"),
        (3600, "1 h 0 min"),
        (3900, "1 h 5 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_a_duration_is_told_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@given(st.floats(0, 10**7))
def test_any_duration_is_told_without_a_minute_of_sixty_seconds(seconds: float) -> None:
    numbers = [int(number) for number in re.findall(r"\d+", duration(seconds))]

    assert all(number < 60 for number in numbers[1:])


def test_a_time_is_shown_in_each_readers_zone_and_in_utc_where_it_cannot() -> None:
    assert date(datetime(2026, 3, 30, 12, tzinfo=UTC)) == (
        "<!date^1774872000^{date_short_pretty} at {time}|2026-03-30 12:00 UTC>"
    )
