"""A number that is only told of needs a yes: an old one, an order's, one's own, a busy one."""

import pytest

from bot.core.reading.reader import read_request

NO_LONGER_RIGHT = [
    ("+1 415 555 2671 (no longer theirs) book a table", "US"),
    ("+1 415 555 2671 book a table. Ugh, wrong contact", "US"),
    ("+1 415 555 2671 book a table, wait no that's my mom", "US"),
    ("+1 415 555 2671 book a table. That's not their number", "US"),
    ("+1 415 555 2671 book a table... this number is outdated", "US"),
    ("+1 415 555 2671 Termin machen, Nummer stimmt nicht", "US"),
    ("+1 415 555 2671 réserver une table. Non, c'est l'ancien numéro", "US"),
    ("+1 415 555 2671 reservar una mesa, ese no es el número", "US"),
    ("+1 415 555 2671 ask for Bob. Wrong number above", "US"),
    ("+1 415 555 2671 (deprecated) book a table for two", "US"),
    ("+1 415 555 2671 - old - book a table for two", "US"),
    ("+1 415 555 2671 book a table for two. Wrong number above", "US"),
    ("+1 415 555 2671 book a table for two - hold on, wrong one", "US"),
    ("+1 415 555 2671 book a table. oh wait that's the old number", "US"),
    ("+1 415 555 2671 book a table. Oops not this one", "US"),
    ("+1 415 555 2671 einen Tisch reservieren. Falsche Nummer!", "US"),
    ("+1 415 555 2671 réserver une table. Mauvais numéro", "US"),
    ("+1 415 555 2671 reservar una mesa. Número equivocado", "US"),
    ("030 901820 (alt) einen Tisch reservieren", "DE"),
    ("030 901820 (ungültig), Termin machen", "DE"),
    ("01 23 45 67 89 (ancien) réserver une table", "FR"),
    ("912 345 678 (antiguo) reservar una mesa", "ES"),
]
NO_PHONES = [
    "4155552671 Personen wohnen dort, wow",
    "4155552671 元已付款请确认一下",
    "4155552671 is a prime number, I think so",
    "4155552671 is how many people live there",
    "4155552671 kWh verbraucht, stimmt das?",
    "4155552671 ist meine Kundennummer, wo bleibt sie?",
    "4155552671 est mon numéro de client, demander la facture",
    "4155552671 es mi número de cliente, pedir la factura",
    "4155552671 è il mio codice cliente, chiedi della fattura",
    "4155552671 是我的订单号,请问一下",
    "No. 4155552671 has not come, where is it",
    "4155552671 (tracking) where is it now",
    "4155552671 (Bestellung) wo ist sie",
    "4155552671 = Auftragsnummer, bitte nachfragen",
    "4155552671 rupees paid, ask for receipt",
    "4155552671 metres of cable ordered, ask",
    "4155552671 crates were sold, ask who did",
    "4155552671 subscribers, wow, congratulate them",
]
OWN_OR_TOLD_OF = [
    "+1 415 555 2671? is that right",
    "+1 415 555 2671 ?? book a table there or not",
    "+1 415 555 2671 won't pick up, help",
    "+1 415 555 2671 showed up on my phone, who is it",
    "+1 415 555 2671 is the number that called me, check it",
    "+1 415 555 2671 wurde gesperrt, oder?",
    "+1 415 555 2671 Ich bin unter dieser Nummer erreichbar",
    "+1 415 555 2671 is me, call Bob and book a table",
    "+1 415 555 2671 <- my cell, call me when done",
    "+1 415 555 2671 meine Handynummer, bitte notieren",
    "+1 415 555 2671 is Bob's old number, he changed it",
    "+1 415 555 2671 left a voicemail, what did they want",
    "+1 415 555 2671 keeps going to voicemail, ideas?",
    "+1 415 555 2671 habe ich schon angerufen, keiner da",
    "+1 415 555 2671 ya llamé, nadie contesta",
    "+1 415 555 2671 save this as Bob please",
    "+1 415 555 2671 text them that I'm late",
    "+1 415 555 2671 (mine) book a table for two",
    "+1 415 555 2671 belongs to me, book a table for two",
    "+1 415 555 2671 to reach me, book a table for two",
    "+1 415 555 2671 for questions, book a table for two",
    "+1 415 555 2671 is where you can reach me tomorrow",
    "+1 415 555 2671 (meine Nummer) einen Tisch reservieren",
    "+1 415 555 2671 c'est mon numéro, rappelle-moi",
    "+1 415 555 2671 es mi número, llámame",
    "+1 415 555 2671 did not answer, what now",
    "+1 415 555 2671 was busy all day",
    "+1 415 555 2671 ging nicht ran, was jetzt?",
    "+1 415 555 2671 n'a pas répondu, que faire ?",
    "+1 415 555 2671 no contesta, qué hacemos",
    "+1 415 555 2671 they never came, should I call again?",
    "+1 415 555 2671 (I think), book a table for two",
    "+1 415 555 2671 (?) book a table for two",
    "+1 415 555 2671, if I remember right, book a table for two",
    "+1 415 555 2671 (unverified) book a table for two",
]
CLEAR = [
    "+1 415 555 2671 can we come at 7 or not?",
    "+1 415 555 2671 I am available on Friday, ask for a date",
    "+1 415 555 2671 couldn't reach Bob, leave him a message",
    "+1 415 555 2671 Hours? are you open on Sunday",
    "+1 415 555 2671 it is about the invoice 3101, it has not come",
    "+1 415 555 2671 (old town office) ask for Bob",
    "+1 415 555 2671 - Old Tavern - book a table",
    "+1 415 555 2671 my phone is broken, ask for a repair date",
    "+1 415 555 2671 is open till 8, so ask for a table at 7",
    "+1 415 555 2671 refused my card yesterday; ask why",
    "+1 415 555 2671 here is what to ask: are you open?",
    "+1 415 555 2671 is closed on Mondays, so leave a message",
    "+1 415 555 2671 did not answer yesterday, try again and ask for Bob",
    "+1 415 555 2671 is Luigi's, what time do they open?",
    "+1 415 555 2671 is my dentist, I need a new date",
    "+1 415 555 2671 where should I park when I come?",
    "+1 415 555 2671 tell Bob his old number is dead",
    "+1 415 555 2671 (Bob's cell) ask when he is free",
    "+1 415 555 2671 (Praxis Dr. Müller) Termin vereinbaren",
    "+1 415 555 2671 ist die Praxis, frag nach einem Termin",
    "+1 415 555 2671 they sent the wrong one, ask for the right one",
    "+1 415 555 2671 wrong item delivered, ask for a replacement",
    "+1 415 555 2671 tell them they have the wrong number",
    "+1 415 555 2671 they were busy yesterday, ask for a table again",
    "+1 415 555 2671 ask what we should do",
    "+1 415 555 2671 let them know it belongs to me",
    "+1 415 555 2671 for a table on Friday, two people",
    "+1 415 555 2671 Frage nach Herrn Alt, wann er Zeit hat",
    "+1 415 555 2671 this is our supplier. Ask when the boxes come",
    "+1 415 555 2671 it's an old friend of mine, wish him a happy birthday",
    "+1 415 555 2671 this is my former employer, ask for a reference letter",
    "+1 415 555 2671 they called me about my application, ask what it was",
    "+1 415 555 2671 if there is anything left for tonight, book a table",
    "+1 415 555 2671 they sent a blue couch, not the right one, ask for another",
    "+1 415 555 2671 write down what they say about prices: ask for both rooms",
]


@pytest.mark.parametrize(
    ("text", "region"),
    NO_LONGER_RIGHT + [(text, "US") for text in NO_PHONES + OWN_OR_TOLD_OF],
)
def test_a_number_that_may_not_be_the_one_to_call_needs_a_yes(text: str, region: str) -> None:
    reading = read_request(text, region)

    assert (reading.is_unambiguous, reading.is_confirmable) == (False, True)


@pytest.mark.parametrize("text", CLEAR)
def test_a_number_with_like_words_about_something_else_is_called(text: str) -> None:
    assert read_request(text, "US").is_unambiguous
