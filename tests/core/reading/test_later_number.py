"""Another number later in the text: to be called as well, or in place of the first, or neither."""

import pytest

from bot.core.doubt import DoubtKind
from bot.core.reading.reader import read_request
from tests.world import NUMBER

FIRST = "+1 415 555 2671"
CORRECTED = [
    "{} book a table for two, it ends 72",
    "{} book a table. Area code should be 510 not 415",
    "{} Tisch für zwei, Vorwahl ist aber 510",
    "{} book a table for two, scratch the last digit, it's a 2",
    "{} book a table, with a 2 at the end",
    "{} book a table. Their other number: 415-555-2600",
    "{} reservar uma mesa, digo, 415 555 2672",
    "{} book a table, hmm or was it +1 415 555 2672",
    "{} ask for a window seat, hmm or was it +1 415 555 2672",
    "{} book a table for two. New number: +1 415 555 2672",
    "{} einen Tisch reservieren. Neue Nummer: +1 415 555 2672",
    "{} réserver une table. Nouveau numéro : +1 415 555 2672",
    "{} reservar una mesa. Nuevo número: +1 415 555 2672",
    "{} prenota un tavolo, o era +1 415 555 2672?",
    "{} забронируйте столик, или +1 415 555 2672",
    "{} book a table, that is 415-555-2672",
    "{}, er, 2672, book a table",
    "{} book a table for two, maybe 2672",
    "{} book a table, should be 2617",
    "{} einen Tisch reservieren, oder war es 2672?",
    "{} réserver une table, euh, 2672",
    "{} book a table for two. P.S. it is 2672",
    "{} book a table for two (ends in 72 actually)",
    "{} Tisch für zwei, endet mit 72",
    "{} book a table for two, I think it was (415) 555-2672",
]
TWO_REQUESTS = [
    "{} ask for Bob, failing that +1 415 555 2600",
    "{} ask for Bob & +1 415 555 2600 ask for Ann",
    "{} frag nach Bob und ruf danach +1 415 555 2600 an",
    "call {} and ask for Bob, and if he's out +1 415 555 2600",
    "call {} and ask for a quote, and do the same with 415-555-2600",
    "call {} and ask for a quote; repeat with 415-555-2600",
    "{} book a table\n+1 415 555 2600 cancel the other",
    "{} book a table\n\nJoe: 415 555 2600 cancel the other",
    "- {} book a table\n- +1 415 555 2600 cancel the other",
    "{} book a table; +1 415 555 2600 cancel the other",
    "call {} and book a table and also call +1 415 555 2600 and cancel",
    "call {} and ask for a table, then call +1 415 555 2600 and cancel",
    "call {} and ask for a table, otherwise call +1 415 555 2600",
    "call {} and ask for a table, if not, call +1 415 555 2600",
    "ruf {} an und frag nach einem Tisch, dann ruf +1 415 555 2600 an",
    "{} demander une table, puis appeler +1 415 555 2600",
    "{} réserver une table sinon +1 415 555 2600",
    "{} pedir una mesa y luego llama al +1 415 555 2600",
]
TOLD = [
    "{} ask whether the area code is now 510",
    "{} say the sale ends 24 December",
    "{} policy no. 415-555-2672, report the accident",
    "{} Zählernummer 4155552672, Stand durchgeben",
    "{} IBAN DE89 3704 0044 0532 0130 00, ask whether it arrived",
    "{} card 4242 4242 4242 4242, pay the bill",
    "{} update my phone to 415-555-2672",
    "{} they have our old number, the new one is 415-555-2672",
    "{} deliver to 94105-1234 San Francisco",
    "{} give them my number if they want: 415-555-2672",
    "{} this is Josh, 415-555-2672, book a table",
    "{} the PIN is 2670, use it if the machine asks",
    "{} menu: press 2, then 2672, then ask for the balance",
    "{} tell the driver gate code 2672",
    "{} Tisch für 2. Bei Rückfragen: +49 30 901820",
    "{} réserver une table. Je suis joignable au +33 1 23 45 67 89",
    "{} book a table for two under Josh, 415 555 2672",
    "{} tell them to reach me at 415 555 2672 or 415 555 2673",
    "{} leave a message: call Ada back on +1 415 555 2672",
    "{} my order number is 4155552672, ask where it is",
    "{} I got a call from +1 415 555 2672, ask whether that was them",
    "{} frag, ob sie mich unter +49 30 901820 zurückrufen können",
    "{} Tisch für zwei, Rückruf unter +49 30 901820",
    "{} Bestellung 4155552672 stornieren",
    "{} demander de me rappeler au +33 1 23 45 67 89",
    "{} pedir que me llamen al +34 912 345 678",
    "{} reservar una mesa a nombre de Ana, mi teléfono es +34 912 345 678",
    "{} chiedi di richiamare il +39 06 1234 5678",
    "{} 予約をお願いします。折り返しは+81 3-1234-5678まで",
    "{} 告诉他们我的电话是+86 138 1234 5678",
    "{} ask them to update our number from 415 555 2672 to 415 555 2673",
    "{} our account ends in 4242, ask for the balance",
    "{} my card ending in 72 was charged twice, ask for a refund",
    "{} ask for a quote for 2672 flyers",
    "{} tell them I will be there at 1830, table for 4",
    "{} ask if 24 12 2026 works, at 19 30",
]


@pytest.mark.parametrize("text", CORRECTED + TWO_REQUESTS)
def test_a_later_number_is_asked_about(text: str) -> None:
    reading = read_request(text.format(FIRST), "US")

    assert DoubtKind.SEVERAL_NUMBERS in {doubt.kind for doubt in reading.doubts}


@pytest.mark.parametrize("text", TOLD)
def test_a_later_number_that_somebody_is_told_is_part_of_what_the_call_is_for(text: str) -> None:
    reading = read_request(text.format(FIRST), "US")

    assert (reading.recipient, reading.is_unambiguous) == (NUMBER, True)
