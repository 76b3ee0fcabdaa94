"""A request that is to wait for its person's word is not placed before it was asked about."""

import pytest

from bot.core.doubt import DoubtKind
from bot.core.reading.reader import read_request


@pytest.mark.parametrize(
    "prompt",
    [
        "wait for my OK, book a table for two",
        "book a table for two - await confirmation from me",
        "book a table for two, but check with me first",
        "book a table, do it once Ann signs off",
        "book a table, hold off for now",
        "book a table - need my boss's OK first",
        "book a table, I'll tell you when",
        "book a table, not before I have talked to Ann",
        "einen Tisch reservieren, aber noch nicht anrufen",
        "réserver une table, attends que je te dise",
        "book a table, not yet though",
        "book a table for two but wait for my OK",
        "book a table for two, after I confirm",
        "book a table, but don't call before I say so",
        "book a table for two, wait until I say go",
        "einen Tisch reservieren, aber erst nach meinem OK",
        "réserver une table mais attends mon accord",
        "reservar una mesa, espera mi confirmación",
    ],
)
def test_who_wants_to_be_waited_for_is_asked_when(prompt: str) -> None:
    reading = read_request(f"call +1 415 555 2671 and {prompt}", "US")

    assert not reading.is_unambiguous
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.CALL_TIME]


@pytest.mark.parametrize(
    "prompt",
    [
        "wait for a human, then ask for the balance",
        "when they answer ask for Bob",
        "once connected ask for Bob, I pay after I get home",
        "tell Bob: they are waiting for our approval",
        "ship it, they wait for my OK",
        "hold off on the anchovies, order two pizzas",
        "order two pizzas, not yet sliced",
        "wait for an answer, then say hello",
        "wait until the words are over, then say hello",
        "let me see: two tables for four",
        "say: wait for my OK before shipping",
        "ask them to wait until I confirm the order",
        "tell them to hold the table until I confirm",
        "sag ihnen, sie sollen auf mein OK warten",
    ],
)
def test_what_others_are_told_to_wait_for_keeps_no_call(prompt: str) -> None:
    assert read_request(f"call +1 415 555 2671 and {prompt}", "US").is_unambiguous
