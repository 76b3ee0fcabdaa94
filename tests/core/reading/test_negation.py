"""Who writes that a number is not to be called has nobody called, and is told how to block it."""

import pytest

from bot.core.doubt import DoubtKind
from bot.core.reading.reader import find_number, read_request

NOT_TO_CALL = [
    "don't call +1 415 555 2671, they complained",
    "do not call +1 415 555 2671 any more",
    "never ring +1 415 555 2671 again",
    "stop calling +1 415 555 2671",
    "please don't phone +1 415 555 2671",
    "don’t call +1 415 555 2671 please",
    "Dont call 415-555-2671 anymore",
    "no more calls to +1 415 555 2671",
    "block +1 415 555 2671",
    "blacklist +1 415 555 2671 please",
    "cancel the call to +1 415 555 2671",
    "+1 415 555 2671 do not call",
    "+1 415 555 2671, don't call them again please",
    "+1 415 555 2671 asked not to be called any more",
    "+1 415 555 2671: never call this number again",
    "+1 415 555 2671 stop calling them please now",
    "you shouldn't call +1 415 555 2671 any more",
    "nobody should call +1 415 555 2671 from now on",
    "can you not call +1 415 555 2671 today",
    "please do not under any circumstances call +1 415 555 2671",
    "I don't want you to call +1 415 555 2671 about that",
    "we must not call +1 415 555 2671 anymore",
    "avoid calling +1 415 555 2671 at all costs",
    "ruf +49 30 901820 nicht an, bitte niemals",
    "nicht +49 30 901820 anrufen bitte",
    "n'appelle pas le +33 1 23 45 67 89 s'il te plaît",
    "no llames al +34 912 345 678 por favor",
    "no call to +1 415 555 2671 please, ever",
    "hold off calling +1 415 555 2671 until Monday morning",
    "don't call +1 415 555 2671 before 5pm about the table",
    "+49 30 901820 nicht anrufen!",
    "+49 30 901820 bitte nicht mehr anrufen",
    "+33 1 23 45 67 89 ne plus appeler svp",
    "+34 912 345 678 no llamar nunca más",
    "+81 3-1234-5678に電話しないでください",
    "+86 138 0013 8000 不要再打这个号码",
    "+7 495 123-45-67 больше не звоните",
    "+39 06 6982 non chiamare mai",
    "+1 415 555 2671 is on the do-not-call list",
    "+1 415 555 2671 (do not call)",
    "+1 415 555 2671 has asked us never to call again",
    "+1 415 555 2671 doesn't want to be called",
    "+1 415 555 2671 does not want any calls from us",
    "+1 415 555 2671 no more calls",
    "DO NOT CALL +1 415 555 2671!!!",
    "*Do not call* +1 415 555 2671",
    "don't ever call this number: +1 415 555 2671",
    "you must never call +1 415 555 2671",
    "make sure nobody calls +1 415 555 2671",
    "no calls to +1 415 555 2671",
    "please stop calling this number +1 415 555 2671",
    "stop ringing +1 415 555 2671",
    "do not under any circumstances call +1 415 555 2671",
    "cancel all calls to +1 415 555 2671",
    "please block this number: +1 415 555 2671",
    "can you please not call +1 415 555 2671",
    "don't call or text +1 415 555 2671",
    "never, ever call +1 415 555 2671",
    "+1 415 555 2671 should never be called back",
    "+1 415 555 2671 does not want to be called about this",
    "+1 415 555 2671 must not be phoned about anything",
    "+1 415 555 2671 never call us about this again",
    "+1 415 555 2671 nobody calls this number from now on",
    "+48 22 123 45 67 proszę nie dzwonić",
    "+1 415 555 2671 never mind, I'll do it myself",
    "+1 415 555 2671 nevermind please",
    "call +1 415 555 2671 nevermind, I did it myself",
    "call +1 415 555 2671 and book a table. Oh, never mind!",
    "call +1 415 555 2671 and book a table\nforget it",
    "+1 415 555 2671 cancel that, I did it myself",
    "+1 415 555 2671 — ignore this, it was for somebody else",
    "+1 415 555 2671 just testing, do not dial",
    "+1 415 555 2671 book a table (example, do not call)",
    "+1 415 555 2671 book a table, no need to call any more",
    "+49 30 901820 Tisch reservieren, hat sich erledigt",
    "+33 1 23 45 67 89 réserver une table. Laisse tomber",
    "+1 415 555 2671 book a table for two never mind",
    "+1 415 555 2671 ask for Bob. Hmm, let's not.",
    "+1 415 555 2671 ask for Bob - on second thought, don't",
    "+1 415 555 2671 ask for Bob. This is just an example.",
    "+1 415 555 2671 book a table. please disregard",
    "+1 415 555 2671 book a table. Ah no, forget that",
    "+1 415 555 2671 book a table. I take that back",
    "+1 415 555 2671 book a table, lol jk",
    "+49 30 901820 Tisch reservieren. Nein, doch nicht",
    "+33 1 23 45 67 89 réserver une table. En fait non",
    "+34 912 345 678 reservar una mesa. Mejor no",
    "+1 415 555 2671 book a table - sent by mistake",
    "+1 415 555 2671 book a table, wrong channel",
    "+1 415 555 2671 book a table for two nvm!",
    "call +1 415 555 2671 and book a table forget it",
]
NO_CALL = [
    "cancel",
    "Cancel please",
    "please cancel this call",
    "stop",
    "stop calling them",
    "don't call them again",
    "never mind",
    "never mind, I did it myself",
    "no",
    "please do not call",
]
WISHES = [
    "call +1 415 555 2671 and tell them not to call us again",
    "call +1 415 555 2671 and ask them to stop calling us",
    "+1 415 555 2671 tell them to never call me again",
    "+1 415 555 2671 ask whether they do not take calls on Sunday",
    "+1 415 555 2671, ask why they did not call back",
    "don't forget to call +1 415 555 2671 and ask for the invoice",
    "do not hesitate to call +1 415 555 2671 and ask for the invoice",
    "why don't you call +1 415 555 2671 and ask for the invoice",
    "why not call +1 415 555 2671 and ask for the invoice",
    "we don't have much time, call +1 415 555 2671 and ask",
    "+1 415 555 2671 book a table, no smoking",
    "+1 415 555 2671 cancel my reservation for Friday",
    "cancel my dentist appointment, +1 415 555 2671",
    "cancel the table at Luigi's, +1 415 555 2671",
    "stop my newspaper, +1 415 555 2671",
    "block my card, +1 415 555 2671",
    "+1 415 555 2671 block my card please",
    "I have no phone, call +1 415 555 2671 for me",
    "+1 415 555 2671 no answer yesterday, ask again",
    "+1 415 555 2671 they did not call back, ask why",
    "+49 30 901820 frage warum sie mich nicht angerufen haben",
    "+49 30 901820 sag ihnen, sie sollen mich nicht mehr anrufen",
    "+33 1 23 45 67 89 réserver une table, pas trop tard",
    "+34 912 345 678 reservar una mesa para dos",
    "no one answered, call +1 415 555 2671 again and ask",
    "ask them to call +1 415 555 2671 back",
    "if they don't pick up call +1 415 555 2671 and ask",
    "call +1 415 555 2671, if nobody answers don't call again today",
    "please ring +1 415 555 2671 and say I can't come, no rush",
    "nothing urgent: call +1 415 555 2671 and ask for a table",
    "+1 415 555 2671 tell them I will not be calling again",
    "+1 415 555 2671, they never called me about the refund, ask for it",
    "+1 415 555 2671 no one ever phoned us back about the boiler, ask when",
    "+1 415 555 2671 you people have not contacted me, ask why",
    "+1 415 555 2671, nobody called me back on Monday, ask for a new date",
    "+1 415 555 2671 has never been called back, please apologize",
    "+1 415 555 2671 they never bothered to call me back, ask why",
    "+1 415 555 2671 he doesn't call back, ask for Joe",
    "+1 415 555 2671 they don't call me back, ask why",
    "they never called me from +1 415 555 2671, ask why",
    "+7 495 123-45-67 никогда не звонили мне, спросите почему",
    "+48 22 123 45 67 nie dzwonili do mnie, zapytaj czemu",
    "+1 415 555 2671 never mind the weather, book a table outside",
    "+1 415 555 2671 about my table on Friday, cancel it please",
    "+1 415 555 2671 cancel that order of mine from Friday",
    "+1 415 555 2671 cancel my appointment on Friday, no longer needed",
    "+1 415 555 2671 say: never mind, the table is no longer needed",
    "+1 415 555 2671 just a test call, say hello to Bob",
    "call +1 415 555 2671 and tell them never mind",
    "call +1 415 555 2671 about the offer and tell Bob to forget it",
    "call +1 415 555 2671, then don't call again",
    "+1 415 555 2671 book a table, but don't forget that Bob comes",
    "+49 30 901820 frag, ob sie kommen oder doch nicht",
    "+33 1 23 45 67 89 annuler, s'il vous plaît, la table de vendredi",
]
WITHOUT_NUMBER = [
    "ask them whether they are open",
    "book a table for two, don't call it a party",
    "cancel my reservation for Friday",
    "stop my newspaper",
    "tell them we won't call again",
    "no onions please",
    "never had a table there, ask for one",
    "order a pizza without cheese",
]


@pytest.mark.parametrize("text", NOT_TO_CALL)
def test_a_number_that_is_not_to_be_called_is_neither_dialed_nor_offered(text: str) -> None:
    for reading in (read_request(text, "US"), find_number(text, "US")):
        assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.NOT_TO_CALL]
        assert reading.asks_for_no_call
        assert not reading.is_unambiguous
        assert not reading.is_confirmable
        assert reading.number.startswith("+")


@pytest.mark.parametrize("text", NO_CALL)
def test_a_wish_for_no_call_needs_no_number(text: str) -> None:
    reading = read_request(text, "US")

    assert (reading.asks_for_no_call, reading.number) == (True, "")


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_for_a_call_stays_one_whatever_else_is_not_to_be(text: str) -> None:
    reading = read_request(text, "US")

    assert not reading.asks_for_no_call
    assert reading.is_unambiguous or reading.is_confirmable


@pytest.mark.parametrize("text", WITHOUT_NUMBER)
def test_what_is_not_about_a_call_is_no_wish_for_none(text: str) -> None:
    assert not read_request(text, "US").asks_for_no_call


def test_of_two_numbers_the_one_that_may_be_called_is_offered() -> None:
    text = "don't call +1 415 555 2671, call +1 415 555 2672 instead and ask about the table"

    reading = read_request(text, "US")

    assert (reading.recipient, reading.is_confirmable) == ("+14155552672", True)
