"""The labels of answers, as people write them."""

import pytest

from bot.blocks.messages.answers import label_of
from bot.core.calls.result import Answer


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("day", "Day"),
        ("party_size", "Party size"),
        ("reservationTime", "Reservation time"),
        ("confirmation-number", "Confirmation number"),
        ("ETA", "ETA"),
        ("customer_ID", "Customer ID"),
        ("PartySize", "Party size"),
        ("food on weekdays", "Food on weekdays"),
        ("Name on the booking", "Name on the booking"),
        ("名前", "名前"),
        ("_", ""),
        ("", ""),
    ],
)
def test_a_label_is_written_as_people_write_it(label: str, words: str) -> None:
    assert label_of(Answer(label, "x")) == words
