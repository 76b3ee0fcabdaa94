"""A number that is taken back later in the text is asked about; other corrections are not."""

import pytest

from bot.core.doubt import DoubtKind
from bot.core.reading.reader import find_number, read_number, read_request
from tests.world import NUMBER

TAKEN_BACK = [
    "{}, sorry, 2672, book a table for two",
    "{} - no, 2672 at the end - book a table for two",
    "{} book a table for two, no wait, 2672 at the end",
    "{} book a table. Correction: +1 415 555 2672",
    "{} book a table for two. Oops, wrong number, it is (415) 555-2672",
    "{} book a table, no, wait: 415 555 2672",
    "{} -- sorry, ends in 2672 -- book a table",
    "{}, book a table for two (no: 2672)",
    "{} book a table for two; I meant 2672",
    "{} book a table for two, make that 2672",
    "{} book a table\nwrong number, it's 415 555 2672",
    "{}, no, 72 at the end, book a table",
    "{} book a table, actually the last digits should be 72",
    "{}. Nein, 2672 am Ende. Bitte einen Tisch reservieren",
    "{} réserver une table, non, c'est le 415 555 2672",
    "{} reservar una mesa. Perdón, 2672",
    "{} 订周五晚七点两位, 不对 4155552672",
    "{} book a table for two EDIT: 2672",
    "{} book a table for two\n*2672",
    "{} book a table for two\n*+1 415 555 2672",
    "{} oops last digit is 2, book a table",
    "{} no wait use my other one 415 555 2672, book a table",
    "{} book a table. Actually the number changed to 415-555-2672",
    "{} book a table. Oops, they moved, so it's now 4155552672",
    "{} hab mich vertan, richtig ist +1 415 555 2672, einen Tisch reservieren",
    "{} pardon, plutôt le +1 415 555 2672, réserver une table",
    "{} einen Tisch reservieren. Moment, falsche Nummer: 415 555 2672",
    "{} — if no answer within a minute: +1 415 555 2672 — book a table",
    "{}, if they don't pick up then +1 415 555 2672, book a table",
    "{}, no not that one, 415-555-2672, book a table",
]
STAYS = [
    "{} book a table for 2, no, 3 people",
    "{} say no, we want 4 seats",
    "{} book a table, no smoking, 7:30",
    "{} book a hall, actually 2000 people come",
    "{} tell them no, 1,500.00 is too much",
    "{} tell them the right number is 415 555 2672",
    "{} ask if they can call back on 415 555 2672",
    "{} sorry I am late, my order is 3101234, ask to wait",
    "{} ask for order no. 3101234",
    "{} ask whether it's open at 10:30, not 9:30",
    "{} it is about invoice 2671, not 2672, ask for a copy",
    "{} say sorry for being late, ref 20261224",
    "{} sorry, tell them I am late, my number is 415 555 2672",
    "{} actually ask about the order from 2026-12-24, it is late",
    "{} if nobody answers leave my number, 415 555 2672",
    "{} instead, ask for my booking 20261224",
    "{} tell them no, not 12 but 14 people",
]


@pytest.mark.parametrize("text", TAKEN_BACK)
def test_a_number_that_is_taken_back_is_asked_about(text: str) -> None:
    reading = read_request(text.format("+1 415 555 2671"), "US")

    assert DoubtKind.SEVERAL_NUMBERS in {doubt.kind for doubt in reading.doubts}
    assert not reading.is_confirmable


@pytest.mark.parametrize("text", STAYS)
def test_a_correction_of_something_else_leaves_the_number(text: str) -> None:
    reading = read_request(text.format("+1 415 555 2671"), "US")

    assert (reading.recipient, reading.is_unambiguous) == (NUMBER, True)


def test_a_number_taken_back_in_a_message_or_in_the_number_field_is_asked_about() -> None:
    for read in (find_number, read_number):
        reading = read("my dentist: +1 415 555 2671, sorry, 2672", "US")

        assert not reading.is_confirmable


@pytest.mark.parametrize(
    "text",
    [
        "call {}... wait, that's the fax. +1 415 555 2600 book a table",
        "{} is wrong, the right one is +1 415 555 2600, book a table",
        "{} is no longer in use, it is now +1 415 555 2600: book a table",
        "{}, which was our old one; theirs is +1 415 555 2600, book a table",
        "{} doesn't work so take +1 415 555 2600 to book a table",
        "{} has changed to +1 415 555 2600, book a table",
        "{} moved to 415-555-2600: book a table",
        "{} and Mario's at 415-555-2600, ask when they open",
        "{} and if they are closed try the one on Main St, +1 415 555 2600",
        "{} and, in case they're fully booked, Mario's at +1 415 555 2600: book a table",
        "~{}~ ask about the bill at +1 415 555 2600",
        "~call {}~ ask about the bill at +1 415 555 2600",
    ],
)
def test_a_number_that_is_said_not_to_be_the_one_is_asked_about(text: str) -> None:
    reading = read_request(text.format("+1 415 555 2671"), "US")

    assert DoubtKind.SEVERAL_NUMBERS in {doubt.kind for doubt in reading.doubts}


@pytest.mark.parametrize(
    "text",
    [
        "{} called me, who is that?",
        "{} keeps calling us at night, find out who it is",
        "{} has blocked us, do nothing",
        "{} is not the right number, look it up",
        "{} is my number, call me",
        "{} is my direct phone, for your list",
        "{} is an example number, nothing to do",
        "{} hat mich angerufen, wer ist das?",
        "{} m'a appelé deux fois, qui est-ce ?",
        "{} units ordered, ask when they come",
        "{}€ is what they owe us, ask for it",
        "{} (wrong) book a table for two",
        "{} (don't use) book a table for two",
        "{} [spam] find out who that is",
        "{} DNC, book a table for two",
        "{} is spam, block it for all of us",
        '"call {}" is what the letter says, should I?',
        "{} is my order number, ask where it is",
        "{} is the tracking number, where is it?",
        "{} is our booking. Call Luigi's and cancel it",
        "{} (order number) has not come, ask why",
        "{} = reservation no., cancel it",
        "{}: customer number of Ada, ask for the bill",
    ],
)
def test_a_number_that_is_only_told_of_needs_a_yes(text: str) -> None:
    reading = read_request(text.format("+1 415 555 2671"), "US")

    assert (reading.recipient, reading.is_unambiguous) == (NUMBER, False)
    assert reading.is_confirmable


@pytest.mark.parametrize(
    "text",
    [
        "{} is Luigi's, book a table for two",
        "{} is my mom's number, wish her a happy birthday",
        "~{}~ book a table for two",
        "{} ask whether they called us back",
        "{} tell them the old menu is wrong",
        "{} the appointment was moved to 10:30, say thanks",
        "{} and reach Bob at the office, ask when he is free",
        "{} if they are closed leave my number, 415 555 2600",
        "{} order number 3101234 has not come, ask why",
        "{} booking reference is AB12, cancel it",
        "{} is the booking line, book a table for two",
        "{} is a customer, wish her a happy birthday",
        "{} reservation for two people, Friday 7pm",
    ],
)
def test_words_about_something_else_leave_the_number(text: str) -> None:
    assert read_request(text.format("+1 415 555 2671"), "US").is_unambiguous
